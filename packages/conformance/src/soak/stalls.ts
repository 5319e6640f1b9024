import { MemoryWatch, startProcessRig } from '../rig/index.ts';
import { bulkDigest, GiB, MiB, sendBulk } from '../servers/bulk.ts';
import { check, type SoakRun, seconds } from './soak-run.ts';

const GROWTH_MAX = 16 * MiB;
/** For its memory: what requests leave to be collected would count as well. */
const ALONE_S = 20;
const BESIDE_S = 40;

export const stalledVisitor: SoakRun = {
  name: 'stalled-visitor',
  about: `F08 F10 T05: a visitor stalls 1 GiB for ${ALONE_S} s, then while 100 requests a second pass it`,
  async run() {
    await using rig = await startProcessRig();
    rig.origin.script = async (exchange) => {
      const { target } = exchange.request;
      const total = target === '/bulk' ? GiB : 13;
      exchange.send(`HTTP/1.1 200 OK\r\nContent-Length: ${total}\r\n\r\n`);
      await sendBulk(exchange.connection.socket, total);
    };
    for (let i = 0; i < 200; i++) await rig.ask('/small');
    const baseline = await small(rig.ask.bind(rig), 10);
    const watch = new MemoryWatch(rig.pids, 250);
    const visitor = await rig.send(`GET /bulk HTTP/1.1\r\n${rig.hostLine}\r\n`);
    await visitor.when(() => visitor.receivedLength > 64 * 1024, '64 KiB');
    visitor.pause();
    await seconds(ALONE_S);
    const growth = watch.stop();
    const stalled = await small(rig.ask.bind(rig), BESIDE_S);
    visitor.resume();
    const response = await visitor.response(5 * 60_000);
    check(response.digest() === bulkDigest(GiB), 'the rest of the download differs');
    check(Math.max(...growth) <= GROWTH_MAX, `memory grew by ${growth} bytes`);
    const [relay = 0, client = 0] = growth.map((bytes) => (bytes / MiB).toFixed(1));
    return `relay +${relay} MiB, client +${client} MiB; p99 ${stalled} ms, before ${baseline} ms`;
  },
};

/** p99 in milliseconds of 100 requests a second for so many seconds. */
async function small(ask: (target: string) => Promise<unknown>, forSeconds: number) {
  const times: number[] = [];
  for (let second = 0; second < forSeconds; second++) {
    const startedAt = performance.now();
    for (let i = 0; i < 100; i++) {
      const askedAt = performance.now();
      await ask('/small');
      times.push(performance.now() - askedAt);
    }
    await seconds(Math.max(0, 1 - (performance.now() - startedAt) / 1_000));
  }
  times.sort((a, b) => a - b);
  return (times[Math.floor(times.length * 0.99)] as number).toFixed(2);
}
