/**
 * Loaded into a program by `--import`: on SIGWINCH it collects its garbage and writes down how many
 * bytes are left, which is what the program holds and not what V8 has yet to free.
 */
import { renameSync, writeFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { collectedFile } from './collected-file.ts';

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');
process.on('SIGWINCH', () => {
  collect();
  const { heapUsed, external } = process.memoryUsage();
  const file = collectedFile(process.pid);
  writeFileSync(`${file}.draft`, String(heapUsed + external));
  renameSync(`${file}.draft`, file);
});
