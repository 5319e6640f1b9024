import { Buffer } from 'node:buffer';
import { limits } from '@sellia/protocol';

/** Room for one message with its link frames. */
export const SLAB_SIZE = limits.LINK_ROOM + limits.MESSAGE_MAX;

/**
 * Slabs kept for what is sent next (4 MiB): most of what one fast link has under way. They come back in
 * bursts, and one that was dropped is old by then, so that it costs a full collection.
 */
const KEPT_MAX = 64;

/**
 * Send buffers of the process: a session takes one for the time of a write, or until the message is
 * acknowledged, so an idle one holds none.
 */
const kept: Buffer[] = [];

export function takeSlab(): Buffer {
  return kept.pop() ?? Buffer.allocUnsafeSlow(SLAB_SIZE);
}

export function giveSlab(slab: Buffer): void {
  if (kept.length < KEPT_MAX) kept.push(slab);
}
