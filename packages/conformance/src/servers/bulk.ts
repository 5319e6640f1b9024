import { createHash, randomFillSync } from 'node:crypto';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import type { Writable } from 'node:stream';

export const MiB = 1024 * 1024;
export const GiB = 1024 * MiB;

export const BLOCK = 64 * 1024;

/** Bodies are cut from this at changing places, so that no two blocks swap unnoticed. */
const POOL = randomFillSync(Buffer.allocUnsafe(8 * MiB));
/** Coprime to the pool's length in steps. */
const STRIDE = 7_919 * 16;

/** Block `index` of every bulk body. A view: nobody may write into it. */
export function bulkBlock(index: number, length = BLOCK): Buffer {
  const at = (index * STRIDE) % (POOL.length - BLOCK);
  return POOL.subarray(at, at + length);
}

/** SHA-256 of the bulk body of `total` bytes, as hex. */
export function bulkDigest(total: number): string {
  const known = digests.get(total);
  if (known !== undefined) return known;
  const hash = createHash('sha256');
  for (const block of bulkBlocks(total)) hash.update(block);
  const digest = hash.digest('hex');
  digests.set(total, digest);
  return digest;
}
const digests = new Map<number, string>();

/** The bulk body of `total` bytes, generated, never stored. */
export function* bulkBlocks(total: number): Generator<Buffer> {
  for (let sent = 0, index = 0; sent < total; sent += BLOCK, index++) {
    yield bulkBlock(index, Math.min(BLOCK, total - sent));
  }
}

/** Writes the bulk body as fast as the socket takes it; stops quietly when the socket is gone. */
export async function sendBulk(
  socket: Socket,
  total: number,
  framing: 'plain' | 'chunked' = 'plain',
): Promise<void> {
  for (const block of bulkBlocks(total)) {
    if (socket.destroyed) return;
    const isFree = framing === 'plain' ? socket.write(block) : writeChunk(socket, block);
    if (!isFree) await drained(socket);
  }
  if (framing === 'chunked' && !socket.destroyed) socket.write('0\r\n\r\n');
}

function writeChunk(socket: Socket, block: Buffer): boolean {
  socket.write(`${block.length.toString(16)}\r\n`);
  socket.write(block);
  return socket.write('\r\n');
}

/** Resolves when it takes more, or never will. */
export async function drained(socket: Writable): Promise<void> {
  if (!socket.writableNeedDrain || socket.destroyed) return;
  const gone = new AbortController();
  const { signal } = gone;
  try {
    await Promise.race([once(socket, 'drain', { signal }), once(socket, 'close', { signal })]);
  } catch {
    // An error of the socket is its owner's to see; here it only means that nothing drains.
  } finally {
    gone.abort();
  }
}
