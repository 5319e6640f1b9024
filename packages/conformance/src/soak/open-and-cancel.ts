import { connect } from 'node:net';
import { COLLECTING, eventually, type ProcessRig, startProcessRig } from '../rig/index.ts';
import { openFiles } from '../rig/open-files.ts';
import { MiB } from '../servers/bulk.ts';
import { expectNothingLeft } from './nothing-left.ts';
import { check, type SoakRun, seconds } from './soak-run.ts';

const COUNT = 1_000_000;
/** What the first ones leave behind (compiled code, pools, a heap that has grown) is no leak. */
const WARM = 100_000;
const AT_ONCE = 50;
const LOOKS = 6;
/** Of what is held once all garbage is gone. */
const GROWTH_MAX = MiB;

export const openAndCancel: SoakRun = {
  name: 'open-and-cancel',
  about: `G12 T09: ${COUNT.toLocaleString('en')} requests, uploads and WebSockets given up leave nothing`,
  async run() {
    await using rig = await startProcessRig({
      relayArguments: ['--connect-rate', '0'],
      environment: COLLECTING,
    });
    rig.origin.script = (exchange) => {
      if (exchange.request.method === 'GET') exchange.send('HTTP/1.1 200 OK\r\n\r\nfirst bytes');
    };
    await giveUpAll(rig, WARM);
    const before = rig.pids.map(openFiles);
    const [relay, client] = await held(rig);
    const startedAt = performance.now();
    await giveUpAll(rig, COUNT);
    const rate = COUNT / ((performance.now() - startedAt) / 1_000);
    await eventually(
      () => rig.pids.every((pid, i) => openFiles(pid) <= (before[i] as number) + 4),
      () => `descriptors ${before} before, ${rig.pids.map(openFiles)} after`,
    );
    const [relayAfter, clientAfter] = await held(rig);
    const growth = [relayAfter - relay, clientAfter - client];
    check(Math.max(...growth) <= GROWTH_MAX, `memory grew by ${growth} bytes`);
    await rig.canary();
    await expectNothingLeft(rig);
    const [relayMiB = 0, clientMiB = 0] = growth.map((bytes) => (bytes / MiB).toFixed(1));
    return `relay +${relayMiB} MiB, client +${clientMiB} MiB, ${Math.round(rate)} a second`;
  },
};

async function giveUpAll(rig: ProcessRig, count: number): Promise<void> {
  const kinds = [
    `GET / HTTP/1.1\r\n${rig.hostLine}\r\n`,
    `POST / HTTP/1.1\r\n${rig.hostLine}Content-Length: 1000\r\n\r\nhalf`,
    `GET / HTTP/1.1\r\n${rig.hostLine}Connection: Upgrade\r\nUpgrade: websocket\r\n` +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OTAxMjM0NQ==\r\n\r\n',
  ];
  for (let i = 0; i < count; i += AT_ONCE) {
    const bytes = kinds[(i / AT_ONCE) % kinds.length] as string;
    const all = Array.from({ length: AT_ONCE }, (_, j) => giveUp(rig.port, bytes, j % 2 === 0));
    await Promise.all(all);
    rig.origin.exchanges.length = 0;
    rig.origin.connections.splice(0, Number.POSITIVE_INFINITY, ...rig.origin.openConnections);
  }
  await rig.origin.when(() => rig.origin.openConnections.length <= 1, 'no connection left', 30_000);
}

/** Sends the request and leaves by RST: at once, or when something has come back. */
function giveUp(port: number, bytes: string, atOnce: boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    socket.on('error', reject);
    socket.on('close', () => resolve());
    const leave = () => socket.resetAndDestroy();
    socket.on('connect', () => socket.write(bytes, () => atOnce && leave()));
    socket.on('data', leave);
    // An upload of which half has come is answered by nobody.
    if (bytes.startsWith('POST') && !atOnce) socket.on('connect', () => setImmediate(leave));
  });
}

/** The least of several looks: what was given up last is still on its way out. */
async function held(rig: ProcessRig): Promise<[relay: number, client: number]> {
  let [relay, client] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let look = 0; look < LOOKS; look++) {
    await seconds(1);
    relay = Math.min(relay, await rig.relay.holds());
    client = Math.min(client, await rig.client.holds());
  }
  return [relay, client];
}
