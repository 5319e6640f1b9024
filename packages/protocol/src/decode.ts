import { ProtocolError } from './errors.ts';
import { END, type Frame, OPTIONAL, PAYLOAD_MAX, TYPE_MASK } from './frame.ts';
import { CONTROL_MAX, CREDIT_MAX, FRAME_HEADER, STREAM_ID_MAX } from './limits.ts';

/** Called for each frame, in order. `payload` is `bytes[start, end)` and is only lent. */
export type OnFrame = (
  type: number,
  streamId: number,
  ended: boolean,
  bytes: Uint8Array,
  start: number,
  end: number,
) => void;

/**
 * Bytes, however cut, to frames. The length of a frame is judged when its header is read, before a
 * byte of it is held, so that at most one frame within its limit is ever kept.
 * Throws ProtocolError; the decoder is of no use afterwards.
 */
export class FrameDecoder {
  /** Caps every payload, below the limit of its type: what a stranger may send before HELLO. */
  payloadMax: number = Number.MAX_SAFE_INTEGER;
  readonly #onFrame: OnFrame;
  readonly #header = new Uint8Array(FRAME_HEADER);
  #held: Uint8Array | undefined;
  #filled = 0;

  constructor(onFrame: OnFrame) {
    this.#onFrame = onFrame;
  }

  /** No frame is half received. A WebSocket message must leave the decoder so. */
  get atBoundary(): boolean {
    return this.#filled === 0;
  }

  receive(bytes: Uint8Array): void {
    let at = this.#complete(bytes);
    while (bytes.length - at >= FRAME_HEADER) {
      const end = at + FRAME_HEADER + this.#payloadLength(bytes, at);
      if (end > bytes.length) break;
      this.#emit(bytes, at, end);
      at = end;
    }
    while (at < bytes.length) at = this.#hold(bytes, at);
  }

  /** Finishes the frame that an earlier call left over; returns how far it read. */
  #complete(bytes: Uint8Array): number {
    let at = 0;
    while (this.#filled > 0 && at < bytes.length) at = this.#hold(bytes, at);
    return at;
  }

  /** First the header is collected, then, its length judged, the frame in a buffer of its size. */
  #hold(bytes: Uint8Array, from: number): number {
    const target = this.#held ?? this.#header;
    const taken = Math.min(target.length - this.#filled, bytes.length - from);
    target.set(bytes.subarray(from, from + taken), this.#filled);
    this.#filled += taken;
    if (this.#filled === target.length) this.#filledUp(target);
    return from + taken;
  }

  #filledUp(target: Uint8Array): void {
    const length = target === this.#header ? this.#payloadLength(target, 0) : 0;
    if (length > 0) {
      this.#held = new Uint8Array(FRAME_HEADER + length);
      this.#held.set(target);
      return;
    }
    this.#held = undefined;
    this.#filled = 0;
    this.#emit(target, 0, target.length);
  }

  #payloadLength(bytes: Uint8Array, at: number): number {
    const flags = bytes[at + 4] as number;
    const length =
      ((bytes[at + 5] as number) << 16) |
      ((bytes[at + 6] as number) << 8) |
      (bytes[at + 7] as number);
    const known = PAYLOAD_MAX[flags & TYPE_MASK];
    if (known === undefined && (flags & OPTIONAL) === 0) {
      throw new ProtocolError('SELLIA_PROTOCOL', `unknown frame type ${flags & TYPE_MASK}`);
    }
    if (length > (known ?? CONTROL_MAX) || length > this.payloadMax) {
      throw new ProtocolError(
        'SELLIA_FRAME_TOO_LARGE',
        `frame of ${length} bytes is over the limit`,
      );
    }
    return length;
  }

  #emit(bytes: Uint8Array, at: number, end: number): void {
    const flags = bytes[at + 4] as number;
    const streamId = readU32(bytes, at);
    if (streamId > STREAM_ID_MAX)
      throw new ProtocolError('SELLIA_PROTOCOL', 'stream id over 31 bits');
    this.#onFrame(flags & TYPE_MASK, streamId, (flags & END) !== 0, bytes, at + FRAME_HEADER, end);
  }
}

export function readU32(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] as number) * 0x1000000 +
    (((bytes[at + 1] as number) << 16) |
      ((bytes[at + 2] as number) << 8) |
      (bytes[at + 3] as number))
  );
}

/** Payload of WINDOW: how many more bytes may be sent; zero and overflow are errors. */
export function readWindow(bytes: Uint8Array, start: number, end: number): number {
  expectLength('WINDOW', end - start, 4);
  const grant = readU32(bytes, start);
  if (grant === 0 || grant > CREDIT_MAX) {
    throw new ProtocolError('SELLIA_FLOW_CONTROL', `WINDOW of ${grant}`);
  }
  return grant;
}

/** Payload of ACK, PING and PONG: a whole number below 2^53. */
export function readCount(bytes: Uint8Array, start: number, end: number): number {
  expectLength('count', end - start, 8);
  const count = readU32(bytes, start) * 0x100000000 + readU32(bytes, start + 4);
  if (!Number.isSafeInteger(count)) throw new ProtocolError('SELLIA_PROTOCOL', 'count over 2^53');
  return count;
}

/** Payload of RESET, STOP and GOAWAY begins with a u16 error number. */
export function readErrorNumber(bytes: Uint8Array, start: number, end: number): number {
  if (end - start < 2) throw new ProtocolError('SELLIA_PROTOCOL', 'error frame without a number');
  return ((bytes[start] as number) << 8) | (bytes[start + 1] as number);
}

function expectLength(what: string, length: number, wanted: number): void {
  if (length !== wanted) throw new ProtocolError('SELLIA_PROTOCOL', `${what} of ${length} bytes`);
}

/** All frames of `bytes` as values; throws when it does not end at a frame's end. For tests and tools. */
export function decodeFrames(bytes: Uint8Array): Frame[] {
  const frames: Frame[] = [];
  const decoder = new FrameDecoder((type, streamId, end, from, start, stop) => {
    frames.push({ type, streamId, end, payload: Uint8Array.from(from.subarray(start, stop)) });
  });
  decoder.receive(bytes);
  if (!decoder.atBoundary) throw new ProtocolError('SELLIA_PROTOCOL', 'truncated frame');
  return frames;
}
