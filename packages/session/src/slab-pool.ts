import { Buffer } from 'node:buffer';
import { limits } from '@sellia/protocol';

/** Room for one message with its link frames. */
export const SLAB_SIZE = limits.LINK_ROOM + limits.MESSAGE_MAX;

/** Slabs kept for the next flush: a few sessions writing at once need no allocation. */
const KEPT_MAX = 32;

/**
 * Send buffers of the process: a session takes one for the time of a write, so an idle one holds
 * none. At most KEPT_MAX (2 MiB) stay when nothing is sent.
 */
const kept: Buffer[] = [];

export function takeSlab(): Buffer {
  return kept.pop() ?? Buffer.allocUnsafeSlow(SLAB_SIZE);
}

export function giveSlab(slab: Buffer): void {
  if (kept.length < KEPT_MAX) kept.push(slab);
}
