import { eventually, MemoryWatch, startProcessRig } from '../rig/index.ts';
import { openFiles } from '../rig/open-files.ts';
import { MiB } from '../servers/bulk.ts';
import { expectNothingLeft } from './nothing-left.ts';
import { check, type SoakRun } from './soak-run.ts';

const COUNT = 10_000;
const AT_ONCE = 50;

export const abortedUploads: SoakRun = {
  name: 'aborted-uploads',
  about:
    'F23: 10,000 uploads given up, four times: the last time leaves no descriptor and no memory',
  async run() {
    await using rig = await startProcessRig();
    rig.origin.script = () => {};
    const one = async (i: number) => {
      const visitor = await rig.send(
        `POST /${i} HTTP/1.1\r\n${rig.hostLine}Content-Length: 100000\r\n\r\n`,
      );
      visitor.send(Buffer.alloc((i * 997) % 90_000));
      if (i % 2 === 0) await rig.origin.when(() => rig.origin.openConnections.length > 0, 'one');
      visitor.reset();
      await visitor.closed();
    };
    const round = async (from: number, count: number) => {
      for (let i = from; i < from + count; i += AT_ONCE) {
        await Promise.all(Array.from({ length: AT_ONCE }, (_, j) => one(i + j)));
        rig.origin.exchanges.length = 0;
        rig.origin.connections.splice(0, Number.POSITIVE_INFINITY, ...rig.origin.openConnections);
      }
      await rig.origin.when(() => rig.origin.openConnections.length === 0, 'no connection left');
    };
    // What the first round leaves behind (compiled code, pools, heap that waits) is not a leak.
    for (let i = 0; i < 3; i++) await round(i * COUNT, COUNT);
    const files = () => rig.pids.map(openFiles);
    const before = files();
    const watch = new MemoryWatch(rig.pids, 250);
    await round(3 * COUNT, COUNT);
    const growth = watch.stop();
    await eventually(
      () => files().every((count, i) => count <= (before[i] as number) + 4),
      () => `descriptors ${before} before, ${files()} after`,
    );
    check(Math.max(...growth) <= 16 * MiB, `memory grew by ${growth} bytes`);
    const after = files();
    await expectNothingLeft(rig);
    const [relay = 0, client = 0] = growth.map((bytes) => (bytes / MiB).toFixed(1));
    return `relay +${relay} MiB, client +${client} MiB; descriptors ${before} and ${after}`;
  },
};
