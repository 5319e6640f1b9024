import type { Coding } from './codings.ts';
import { joined, type Run, run } from './run.ts';
import { isWholeFrame } from './zstd-frame.ts';

/** Bytes given to a decoder at once. */
const FIRST_PIECE = 32 * 1024;

/** Then each pass looks closer at the piece that was refused: three passes, 384 pieces more. */
const FINER_PIECES = [256, 1];

/** A gzip header is refused with its second byte at the latest. */
const GZIP_MAGIC = 2;

const ZSTD_MAGIC = [0x28, 0xb5, 0x2f, 0xfd];

/** Frames of one zstd body; each costs a decoder. */
const FRAMES_MAX = 100;

/** How undoing one coding ended. `behind` is the number of bytes that follow a whole stream. */
export interface Undone {
  readonly bytes: Uint8Array;
  readonly state: 'whole' | 'truncated' | 'too-large' | 'wrong';
  readonly behind: number;
}

/** Undoes one coding as far as it goes. Never rejects; makes at most `maxBytes`. */
export async function undo(bytes: Uint8Array, coding: Coding, maxBytes: number): Promise<Undone> {
  if (bytes.length === 0) return { bytes, state: 'whole', behind: 0 };
  if (coding === 'zstd') return undoFrames(bytes, maxBytes);
  if (coding !== 'deflate') return undoExactly(bytes, coding, maxBytes);
  const first = await undoExactly(bytes, hasZlibHead(bytes) ? 'deflate' : 'deflate-raw', maxBytes);
  if (first.state !== 'wrong' || first.bytes.length > 0) return first;
  return undoExactly(bytes, 'deflate-raw', maxBytes);
}

/** RFC 1950 section 2.2: method 8, and a check of the first two bytes. */
function hasZlibHead([method = 0, flags = 0]: Uint8Array): boolean {
  return (method & 15) === 8 && (method * 256 + flags) % 31 === 0;
}

/** One body may be several frames of zstd (RFC 8878 section 3); the library stops behind the first. */
async function undoFrames(bytes: Uint8Array, maxBytes: number): Promise<Undone> {
  let last = await undoFrame(bytes, maxBytes);
  let whole = last.bytes;
  for (let i = 1; i < FRAMES_MAX && last.state === 'whole' && last.behind > 0; i++) {
    const rest = bytes.subarray(bytes.length - last.behind);
    if (!ZSTD_MAGIC.every((byte, at) => rest[at] === byte)) break;
    last = await undoFrame(rest, maxBytes - whole.length);
    whole = joined([whole, last.bytes], whole.length + last.bytes.length);
  }
  return { ...last, bytes: whole };
}

async function undoFrame(bytes: Uint8Array, maxBytes: number): Promise<Undone> {
  const undone = await undoExactly(bytes, 'zstd', maxBytes);
  const isCut = undone.state === 'whole' && !isWholeFrame(bytes);
  return isCut ? { ...undone, state: 'truncated', behind: 0 } : undone;
}

async function undoExactly(bytes: Uint8Array, coding: Coding, maxBytes: number): Promise<Undone> {
  let bounds = refined([0, bytes.length], FIRST_PIECE);
  const whole = await run(piecesOf(bytes, bounds), { coding, maxBytes, isWholeWanted: true });
  if (whole.refusedPiece < 0) return ended(whole, 'whole', bytes.length);
  const options = { coding, maxBytes, isWholeWanted: false };
  for (const size of [FIRST_PIECE, ...FINER_PIECES]) {
    bounds = refined(bounds, size);
    const begun = await run(piecesOf(bytes, bounds), options);
    if (begun.refusedPiece < 0) return ended(begun, 'truncated', bytes.length);
    bounds = bounds.slice(0, begun.refusedPiece + 2);
  }
  const sound = await run(piecesOf(bytes, bounds.slice(0, -1)), options);
  const behind = coding === 'gzip' ? await bytesBehind(bytes, bounds.at(-2) ?? 0) : 0;
  return { bytes: sound.bytes, state: behind > 0 ? 'whole' : 'wrong', behind };
}

function ended(done: Run, state: 'whole' | 'truncated', given: number): Undone {
  if (done.isTooLarge) return { bytes: done.bytes, state: 'too-large', behind: 0 };
  return { bytes: done.bytes, state, behind: given - done.consumed };
}

/** Bytes behind a whole gzip stream that are no gzip themselves, given where the fault was seen. */
async function bytesBehind(bytes: Uint8Array, fault: number): Promise<number> {
  for (let end = fault; end > 0 && end > fault - GZIP_MAGIC; end--) {
    if (await isWholeGzip(bytes.subarray(0, end))) return bytes.length - end;
  }
  return 0;
}

/** Of bytes whose output has just been found to stay within its bound. */
async function isWholeGzip(bytes: Uint8Array): Promise<boolean> {
  const maxBytes = Number.POSITIVE_INFINITY;
  const { refusedPiece } = await run([bytes], { coding: 'gzip', maxBytes, isWholeWanted: true });
  return refusedPiece < 0;
}

/** The same bounds with the last stretch cut into stretches of `size`. */
function refined(bounds: readonly number[], size: number): number[] {
  const finer = bounds.slice(0, -1);
  const end = bounds.at(-1) ?? 0;
  for (let at = (finer.at(-1) ?? 0) + size; at < end; at += size) finer.push(at);
  finer.push(end);
  return finer;
}

function piecesOf(bytes: Uint8Array, bounds: readonly number[]): Uint8Array[] {
  return bounds.slice(1).map((end, i) => bytes.subarray(bounds[i], end));
}
