import { startProcessRig } from '../rig/index.ts';
import { handshake, Opcode, switchProtocols, webSocketFrame } from '../servers/upgrade.ts';
import { check, type SoakRun, seconds } from './soak-run.ts';

const MINUTE = 60;

export const eventStream: SoakRun = {
  name: 'event-stream',
  about: 'F01 F25: an event a second for 90 s, each within a second; then silence for 10 min',
  isQuiet: true,
  async run() {
    await using rig = await startProcessRig();
    rig.origin.script = (exchange) =>
      exchange.send('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n');
    const visitor = await rig.send(`GET / HTTP/1.1\r\n${rig.hostLine}\r\n`);
    const response = await visitor.head();
    const exchange = await rig.origin.exchange();
    let all = '';
    let slowest = 0;
    const say = async (event: string) => {
      all += event;
      const sentAt = performance.now();
      exchange.send(event);
      await visitor.when(() => response.text === all, event, 1_000);
      slowest = Math.max(slowest, performance.now() - sentAt);
    };
    for (let i = 0; i < 90; i++) {
      await say(`data: ${i}\n\n`);
      await seconds(1);
    }
    await seconds(10 * MINUTE);
    await say('data: after ten minutes\n\n');
    return `slowest event ${slowest.toFixed(1)} ms`;
  },
};

export const slowTransfers: SoakRun = {
  name: 'slow-transfers',
  about: 'F25: 1 KiB a second up and down for 3 min is not cut',
  isQuiet: true,
  async run() {
    await using rig = await startProcessRig();
    const count = 3 * MINUTE;
    const total = count * 1024;
    rig.origin.script = (exchange) => {
      if (exchange.request.method === 'GET') {
        exchange.send(`HTTP/1.1 200 OK\r\nContent-Length: ${total}\r\n\r\n`);
      }
    };
    const download = await rig.send(`GET / HTTP/1.1\r\n${rig.hostLine}\r\n`);
    const down = await rig.origin.exchange(0);
    const upload = await rig.send(
      `POST / HTTP/1.1\r\n${rig.hostLine}Content-Length: ${total}\r\n\r\n`,
    );
    const up = await rig.origin.exchange(1);
    for (let i = 0; i < count; i++) {
      down.send(Buffer.alloc(1024, i));
      upload.send(Buffer.alloc(1024, i));
      await seconds(1);
    }
    const response = await download.response();
    const request = await up.whole();
    check(response.digest() === request.digest(), 'the bytes differ');
    return `${total} bytes each way`;
  },
};

export const idleWebSocket: SoakRun = {
  name: 'idle-websocket',
  about: 'D28: a WebSocket on which nothing is said for 10 min stays open',
  isQuiet: true,
  async run() {
    await using rig = await startProcessRig();
    rig.origin.script = (exchange) => switchProtocols(exchange);
    const visitor = await rig.send(handshake(rig));
    await visitor.head();
    const { connection } = await rig.origin.exchange();
    await seconds(10 * MINUTE);
    const ping = webSocketFrame({ opcode: Opcode.Ping, payload: Buffer.from('still there?') });
    connection.socket.write(ping);
    await visitor.when(() => visitor.raw.equals(ping), 'a ping after ten minutes');
    return 'still open';
  },
};
