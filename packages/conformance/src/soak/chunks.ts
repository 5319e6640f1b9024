import { createHash } from 'node:crypto';
import { MemoryWatch, type ProcessRig, startProcessRig } from '../rig/index.ts';
import { check, type SoakRun } from './soak-run.ts';

const MiB = 1024 * 1024;
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz';

export const oneByteChunks: SoakRun = {
  name: 'one-byte-chunks',
  about: 'A30 whole: 1,000,000 chunks of one byte upload, three times; digest equal, memory flat',
  async run() {
    const rig = await startProcessRig();
    try {
      await upload(rig, 100_000);
      const watch = new MemoryWatch(rig.pids);
      for (let i = 0; i < 3; i++) await upload(rig, 1_000_000);
      const growth = watch.stop().map((bytes) => bytes / MiB);
      for (const mebibytes of growth) check(mebibytes <= 16, `grew by ${mebibytes.toFixed(1)} MiB`);
      const [relay = 0, client = 0] = growth;
      return `relay +${relay.toFixed(1)} MiB, client +${client.toFixed(1)} MiB`;
    } finally {
      await rig.close();
    }
  },
};

async function upload(rig: ProcessRig, count: number): Promise<void> {
  rig.origin.forget();
  const head = `POST / HTTP/1.1\r\n${rig.hostLine}Transfer-Encoding: chunked\r\n\r\n`;
  const visitor = await rig.send(head);
  const hash = createHash('sha256');
  for (let at = 0; at < count; at += 1_000) {
    const letters = Array.from({ length: 1_000 }, (_, i) => ALPHABET[(at + i) % 26] as string);
    hash.update(letters.join(''));
    visitor.send(letters.map((letter) => `1\r\n${letter}\r\n`).join(''));
    await visitor.drained();
  }
  visitor.send('0\r\n\r\n');
  check((await visitor.response(60_000)).status === 200, 'the upload was not answered');
  const request = rig.origin.exchanges[0]?.request;
  check(request?.digest() === hash.digest('hex'), 'the digest differs');
  visitor.destroy();
}
