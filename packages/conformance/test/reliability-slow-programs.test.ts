/** 2.G, slow and hostile visitors: the two programs as they run outside of tests. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect as dial, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CONTROL_PATH } from '../src/control-peer/hostile-client.ts';
import {
  COLLECTING,
  eventually,
  MemoryWatch,
  type ProcessRig,
  startProcessRig,
} from '../src/rig/index.ts';
import { openFiles } from '../src/rig/open-files.ts';
import { MiB } from '../src/servers/bulk.ts';
import { handshake, switchProtocols, webSocketFrame } from '../src/servers/upgrade.ts';
import { Crowd } from '../src/soak/crowd.ts';
import { SlowSockets } from '../src/soak/slow-sockets.ts';

// Memory, descriptors and CPU time are read from /proc; SIGSTOP and prlimit are not everywhere.
describe.runIf(process.platform === 'linux')('relay and client', () => {
  let rig: ProcessRig;
  beforeEach(async () => {
    rig = await startProcessRig({
      relayArguments: ['--connect-rate', '0'],
      environment: COLLECTING,
    });
    // Compiled code is not growth.
    for (let i = 0; i < 300; i++) await rig.canary();
  });
  afterEach(async () => {
    rig.assertHealthy();
    await rig.close();
  });

  test('G01 G06 who says nothing, or a byte a second, is closed after 10 s and costs little', async () => {
    const count = 4_000;
    await connections(100).then((warm) => warm.forEach(leave));
    const watch = new MemoryWatch(rig.pids, 250);
    const startedAt = performance.now();
    const silent = await connections(count);
    const openedAt = performance.now();
    const slow = await rig.visit();
    const head = `GET / HTTP/1.1\r\n${rig.hostLine}X-Slow: ${'x'.repeat(100)}`;
    let sent = 0;
    const dripping = setInterval(() => slow.send(head[sent++] as string), 1_000);
    await rig.canary();
    const closed = await Promise.all([...silent.map(closedAt), slow.closed(15_000)]);
    clearInterval(dripping);
    const times = closed.filter((at) => typeof at === 'number');
    expect(Math.min(...times) - startedAt).toBeGreaterThan(9_900);
    expect(Math.max(...times) - openedAt).toBeLessThan(12_500);
    expect(slow.messages[0]?.status).toBe(408);
    const [relay = 0] = watch.stop();
    // 10 KiB each, and what the heap takes when anything happens.
    expect(relay).toBeLessThan(count * 10 * 1024 + 16 * MiB);
    await rig.canary();
  });

  test('G02 honest requests beside 2,000 heads at a byte a second: none fails, none waits', async () => {
    rig.origin.script = async (exchange) => {
      const { text } = await exchange.whole();
      exchange.send(`HTTP/1.1 200 OK\r\nContent-Length: ${text.length}\r\n\r\n${text}`);
    };
    const slow = new SlowSockets({ port: rig.port, count: 2_000, everyMs: 1_000 });
    await slow.start();
    const crowd = new Crowd(rig, { size: 10, perSecond: 100 });
    await eventually(
      () => slow.returns > 500,
      () => `${slow.returns} heads were ended`,
      20_000,
    );
    await crowd.stop();
    slow.stop();
    expect(crowd.failures).toEqual([]);
    // Half of them: the machine may do anything else meanwhile. `pnpm soak slow-crowd` holds the p99.
    expect(crowd.times.p50).toBeLessThan(200);
    rig.origin.exchanges.length = 0;
  });

  test('G12 20,000 requests, uploads and WebSockets that are given up leave nothing', async () => {
    rig.origin.script = (exchange) => {
      const { request } = exchange;
      if (request.value('upgrade') !== undefined) switchProtocols(exchange);
      else if (request.method === 'GET') exchange.send('HTTP/1.1 200 OK\r\n\r\nthe first bytes');
    };
    const kinds = [
      `GET / HTTP/1.1\r\n${rig.hostLine}\r\n`,
      `POST / HTTP/1.1\r\n${rig.hostLine}Content-Length: 1000\r\n\r\nhalf`,
      handshake(rig),
    ];
    const round = async (count: number) => {
      for (let i = 0; i < count; i += 20) {
        const bytes = kinds[(i / 20) % kinds.length] as string;
        await Promise.all(Array.from({ length: 20 }, (_, j) => giveUp(bytes, j % 2 === 0)));
        rig.origin.exchanges.length = 0;
        rig.origin.connections.splice(0, Number.POSITIVE_INFINITY, ...rig.origin.openConnections);
      }
      await rig.origin.when(() => rig.origin.openConnections.length <= 1, 'no connection left');
    };
    // What the first thousands leave behind (compiled code, tables that have grown) is no leak.
    await round(12_000);
    const before = rig.pids.map(openFiles);
    const held = () => Promise.all([rig.relay.holds(), rig.client.holds()]);
    const [relay, client] = await held();
    await round(8_000);
    await eventually(
      () => rig.pids.every((pid, i) => openFiles(pid) <= (before[i] as number) + 4),
      () => `descriptors ${before} before, ${rig.pids.map(openFiles)} after`,
    );
    const [relayAfter, clientAfter] = await held();
    // 128 bytes for each would be a megabyte.
    expect(relayAfter - relay, 'growth of the relay').toBeLessThan(MiB);
    expect(clientAfter - client, 'growth of the client').toBeLessThan(MiB);
    await rig.canary();
  });

  test('G13 a relay out of descriptors lives, and serves again', async () => {
    execFileSync('prlimit', ['--pid', String(rig.relay.pid), '--nofile=256:256']);
    const before = await rig.visit();
    const flood = await connections(1_000);
    before.send(`GET /during HTTP/1.1\r\n${rig.hostLine}\r\n`);
    expect((await before.response()).text).toBe('GET /during\n');
    flood.forEach(leave);
    await eventually(
      () => openFiles(rig.relay.pid) < 100,
      () => `${openFiles(rig.relay.pid)} descriptors`,
    );
    await rig.canary();
    rig.assertHealthy();
  });

  for (const who of ['relay', 'client'] as const) {
    test(`G14 the ${who} stands still for 500 ms under load: nothing is lost`, async () => {
      rig.origin.script = async (exchange) => {
        const { target } = exchange.request;
        if (target === '/chat') switchProtocols(exchange);
        else exchange.send(`HTTP/1.1 200 OK\r\nContent-Length: ${target.length}\r\n\r\n${target}`);
      };
      const chat = await rig.send(handshake(rig));
      await chat.head();
      let isOver = false;
      const load = Array.from({ length: 20 }, async (_, i) => {
        const visitor = await rig.visit();
        for (let n = 1; !isOver || n < 10; n++) {
          visitor.send(`GET /${i}/${n} HTTP/1.1\r\n${rig.hostLine}\r\n`);
          expect((await visitor.responses(n)).at(-1)?.text).toBe(`/${i}/${n}`);
        }
      });
      const frame = webSocketFrame({
        opcode: 2,
        payload: Buffer.from('still there'),
        isMasked: true,
      });
      process.kill(rig[who].pid, 'SIGSTOP');
      chat.send(frame);
      await new Promise((resolve) => setTimeout(resolve, 500));
      process.kill(rig[who].pid, 'SIGCONT');
      const { connection } = await rig.origin.exchange();
      await rig.origin.when(() => connection.raw.equals(frame), 'the frame');
      isOver = true;
      await Promise.all(load);
      expect(rig.relay.stderr).not.toMatch(/client (away|disconnected)/);
    });
  }

  test('G16 15 KiB of spaces in a header cost under 5 ms', async () => {
    const spaces = ' '.repeat(15 * 1024);
    const value = `a${spaces}b`;
    const own = `GET ${CONTROL_PATH} HTTP/1.1\r\nHost: test\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n`;
    const heads = [
      `GET / HTTP/1.1\r\nHost: ${value}\r\n\r\n`,
      `GET / HTTP/1.1\r\nHost: nobody.test\r\nAccept: ${value}\r\n\r\n`,
      `GET / HTTP/1.1\r\n${rig.hostLine}Accept: ${value}\r\n\r\n`,
      `GET / HTTP/1.1\r\n${rig.hostLine}Connection: ${value}\r\n\r\n`,
      `GET / HTTP/1.1\r\n${rig.hostLine}X-Forwarded-For: ${value}\r\n\r\n`,
      handshake(rig, '/', { 'Sec-WebSocket-Protocol': value }),
      handshake(rig, '/', { 'Sec-WebSocket-Extensions': value }),
      `${own}Sec-WebSocket-Protocol: ${value}\r\n\r\n`,
      `${own}Sec-WebSocket-Protocol: sellia.v1\r\nAuthorization: Bearer ${value}\r\n\r\n`,
    ];
    // The system counts in steps of 10 ms.
    const rounds = 40;
    for (const head of heads) {
      const before = cpuMs();
      for (let i = 0; i < rounds; i++) {
        const visitor = await rig.send(head);
        await visitor.head();
        visitor.destroy();
      }
      expect((cpuMs() - before) / rounds, head.slice(0, 300)).toBeLessThan(5);
    }
    await rig.canary();
  });

  async function connections(count: number): Promise<Socket[]> {
    const sockets: Socket[] = [];
    for (let i = 0; i < count; i += 100) {
      const some = Array.from({ length: Math.min(100, count - i) }, () =>
        dial({ port: rig.port, host: '127.0.0.1' }),
      );
      await Promise.all(some.map(connected));
      sockets.push(...some);
    }
    return sockets;
  }

  /** Sends it, waits for the first bytes of an answer if there are any, resets. */
  function giveUp(bytes: string, isPatient: boolean): Promise<void> {
    return new Promise((resolve) => {
      const socket = dial({ port: rig.port, host: '127.0.0.1' });
      const waits = isPatient && !bytes.startsWith('POST');
      socket.on('error', () => {});
      socket.on('close', () => resolve());
      if (waits) socket.on('data', () => socket.resetAndDestroy());
      socket.on('connect', () => {
        socket.write(bytes, () => {
          if (!waits) socket.resetAndDestroy();
        });
      });
    });
  }

  /** User and system time of both programs. */
  function cpuMs(): number {
    const all = rig.pids.map((pid) => {
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
      return (Number(fields[11]) + Number(fields[12])) * 10;
    });
    return all.reduce((sum, ms) => sum + ms, 0);
  }
});

function connected(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.on('error', () => {});
    socket.once('connect', () => resolve());
    socket.once('close', () => resolve());
  });
}

function closedAt(socket: Socket): Promise<number> {
  return new Promise((resolve) => {
    socket.resume();
    socket.once('close', () => resolve(performance.now()));
  });
}

function leave(socket: Socket): void {
  socket.destroy();
}
