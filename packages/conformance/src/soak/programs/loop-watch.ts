/**
 * Loaded into a program by `--import`: writes the longest time for which its event loop was blocked
 * since the last second, in milliseconds, to the file that LOOP_WATCH_FILE names, a line each.
 */
import { appendFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

const RESOLUTION_MS = 10;

const file = process.env.LOOP_WATCH_FILE;
if (file !== undefined) {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  setInterval(() => {
    appendFileSync(file, `${Math.round(delay.max / 1e6)}\n`);
    delay.reset();
  }, 1_000).unref();
}
