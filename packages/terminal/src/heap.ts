import { setFlagsFromString } from 'node:v8';

/** MiB of each half of the young generation. */
const BOUND = '--max-semi-space-size=2';
/** The old generation may grow by so many percent before a full collection. */
const GROWTH = '--heap-growing-percent=400';

/**
 * Shapes V8's heap for what a tunnel moves: buffers outside the heap, freed when a collection finds
 * the small objects that own them dead. The young generation stays small, so that the cheap collection,
 * which finds nearly all of them, comes in time. The old generation may grow, because V8 counts the
 * buffers of both against its limit: close above what lives, it starts a full collection for every
 * 20 MiB that pass.
 *
 * V8 reads the first bound once, before any program runs, so the program is started over in its place: same
 * process, same arguments. Where a process cannot be replaced (Windows; a channel to its parent or a socket
 * of systemd's, which would be lost) the young generation is kept at its first size. A decision about the
 * process, so programs take it and libraries do not: call it before anything is opened.
 */
export function shapeHeap(): void {
  const { execArgv, execPath, argv, env, platform } = process;
  if ([...execArgv, env.NODE_OPTIONS ?? ''].some((text) => text.includes('semi-space'))) return;
  const hasInherited = process.connected || env.LISTEN_PID === String(process.pid);
  if (platform === 'win32' || process.execve === undefined || hasInherited) {
    setFlagsFromString('--semi-space-growth-factor=1');
    setFlagsFromString(GROWTH);
  } else {
    process.execve(execPath, [execPath, BOUND, GROWTH, ...execArgv, ...argv.slice(1)], env);
  }
}
