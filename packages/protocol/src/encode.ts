import { END, type Frame } from './frame.ts';
import type { Latin1 } from './latin1.ts';
import { FRAME_HEADER, REASON_MAX } from './limits.ts';

/** Frame to bytes, into a buffer whose owner has made the room. Each returns the offset behind it. */

export function writeHeader(
  target: Uint8Array,
  at: number,
  streamId: number,
  flags: number,
  length: number,
): number {
  writeU32(target, at, streamId);
  target[at + 4] = flags;
  target[at + 5] = length >>> 16;
  target[at + 6] = length >>> 8;
  target[at + 7] = length;
  return at + FRAME_HEADER;
}

export function writeU32(target: Uint8Array, at: number, value: number): void {
  target[at] = value >>> 24;
  target[at + 1] = value >>> 16;
  target[at + 2] = value >>> 8;
  target[at + 3] = value;
}

/** WINDOW and DRAIN. */
export function writeNumberFrame(
  target: Uint8Array,
  at: number,
  streamId: number,
  type: number,
  value: number,
): number {
  const payload = writeHeader(target, at, streamId, type, 4);
  writeU32(target, payload, value);
  return payload + 4;
}

/** ACK, PING and PONG: a whole number below 2^53 in eight bytes. */
export function writeCountFrame(
  target: Uint8Array,
  at: number,
  type: number,
  count: number,
): number {
  const payload = writeHeader(target, at, 0, type, 8);
  writeU32(target, payload, Math.floor(count / 0x100000000));
  writeU32(target, payload + 4, count % 0x100000000);
  return payload + 8;
}

/** OPEN, HEAD, INFO, TRAILERS, CONTROL, HELLO, WELCOME. */
export function writeTextFrame(
  latin1: Latin1,
  target: Uint8Array,
  at: number,
  streamId: number,
  flags: number,
  text: string,
): number {
  const payload = writeHeader(target, at, streamId, flags, text.length);
  latin1.write(target, payload, text);
  return payload + text.length;
}

/** RESET, STOP and GOAWAY: u16 error number, then a short readable reason. */
export function writeErrorFrame(
  latin1: Latin1,
  target: Uint8Array,
  at: number,
  streamId: number,
  type: number,
  wire: number,
  reason: string,
): number {
  const text = reason.length > REASON_MAX ? reason.slice(0, REASON_MAX) : reason;
  const payload = writeHeader(target, at, streamId, type, 2 + text.length);
  target[payload] = wire >>> 8;
  target[payload + 1] = wire;
  latin1.write(target, payload + 2, text);
  return payload + 2 + text.length;
}

/** One frame as a value to bytes of its own. For tests and tools. */
export function encodeFrame(frame: Frame): Uint8Array {
  const bytes = new Uint8Array(FRAME_HEADER + frame.payload.length);
  const flags = frame.type | (frame.end ? END : 0);
  bytes.set(frame.payload, writeHeader(bytes, 0, frame.streamId, flags, frame.payload.length));
  return bytes;
}
