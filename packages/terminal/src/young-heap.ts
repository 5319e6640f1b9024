import { setFlagsFromString } from 'node:v8';

/** MiB of each half of the young generation. */
const BOUND = '--max-semi-space-size=2';

/**
 * Keeps V8's young generation small. What a tunnel moves are buffers outside the heap; while the
 * young generation is large, a cheap collection, which would free them, comes too late, V8 starts full
 * ones instead, and the kernel is asked for fresh pages all the time.
 *
 * V8 reads the bound once, before any program runs, so the program is started over in its place: same
 * process, same arguments. Where a process cannot be replaced (Windows; a channel to its parent or a socket
 * of systemd's, which would be lost) the young generation is kept at its first size. A decision about the
 * process, so programs take it and libraries do not: call it before anything is opened.
 */
export function boundYoungHeap(): void {
  const { execArgv, execPath, argv, env, platform } = process;
  if ([...execArgv, env.NODE_OPTIONS ?? ''].some((text) => text.includes('semi-space'))) return;
  const hasInherited = process.connected || env.LISTEN_PID === String(process.pid);
  if (platform === 'win32' || process.execve === undefined || hasInherited) {
    setFlagsFromString('--semi-space-growth-factor=1');
  } else {
    process.execve(execPath, [execPath, BOUND, ...execArgv, ...argv.slice(1)], env);
  }
}
