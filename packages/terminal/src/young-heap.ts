import { setFlagsFromString } from 'node:v8';

/**
 * Keeps the young generation at its first size. What a tunnel moves are buffers outside the heap;
 * while the young space is large a cheap collection, which would free them, comes too late, and V8
 * starts a full one for each 64 MiB instead. A decision about the process, so programs take it and
 * libraries do not: call it first.
 */
export function keepYoungHeapSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}
