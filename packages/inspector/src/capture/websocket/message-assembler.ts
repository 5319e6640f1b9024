import { Opcode } from '../../messages/opcodes.ts';
import { CONTROL_MAX, type FrameReader } from './frame-reader.ts';

/** Most that is held of one message while it comes: decompressed or not, its beginning. */
export const ASSEMBLED_MAX = 256 * 1024;
/** First size of a buffer that doubles; larger ones are let go between messages. */
const FIRST = 1024;
const KEPT_BETWEEN = 16 * 1024;

/** A message whose last frame has come. */
export interface AssembledMessage {
  readonly opcode: number;
  readonly isCompressed: boolean;
  /** Of the whole payload, as it travelled. */
  readonly bytes: number;
  /** Unmasked, its beginning as far as `isCut` says; lent until the call returns. */
  readonly payload: Uint8Array;
  readonly isCut: boolean;
}

/** A payload while it comes. */
class Gathering {
  opcode = 0;
  isCompressed = false;
  isActive = false;
  bytes = 0;
  #kept = 0;
  #limit = 0;
  #buffer = new Uint8Array(0);

  get held(): number {
    return this.#buffer.length;
  }

  start(frame: FrameReader, limit: number): void {
    this.opcode = frame.opcode;
    this.isCompressed = frame.isCompressed;
    this.isActive = true;
    this.bytes = 0;
    this.#kept = 0;
    this.#limit = limit;
  }

  add(frame: FrameReader, bytes: Uint8Array, start: number, end: number): void {
    this.bytes += end - start;
    const room = Math.min(end - start, this.#limit - this.#kept);
    if (room <= 0) return;
    this.#ensure(this.#kept + room);
    frame.copy(this.#buffer, this.#kept, bytes, start, start + room);
    this.#kept += room;
  }

  take(): AssembledMessage {
    this.isActive = false;
    const payload = this.#buffer.subarray(0, this.#kept);
    if (this.#buffer.length > KEPT_BETWEEN) this.#buffer = new Uint8Array(0);
    const { opcode, isCompressed, bytes } = this;
    return { opcode, isCompressed, bytes, payload, isCut: this.#kept < bytes };
  }

  #ensure(length: number): void {
    if (this.#buffer.length >= length) return;
    const size = Math.min(this.#limit, Math.max(FIRST, length, 2 * this.#buffer.length));
    const buffer = new Uint8Array(Math.max(size, length));
    buffer.set(this.#buffer.subarray(0, this.#kept));
    this.#buffer = buffer;
  }
}

/**
 * Joins the fragments of one direction to messages, and hands over control frames as they stand.
 * What began before the assembler did is passed over. Compressed messages are held as they travel,
 * up to ASSEMBLED_MAX, since a beginning of them is worth little.
 */
export class MessageAssembler {
  /** Most that is kept of a message which is not compressed; at most ASSEMBLED_MAX. */
  limit: number;
  readonly #onMessage: (message: AssembledMessage, atMs: number) => void;
  readonly #message = new Gathering();
  readonly #control = new Gathering();

  constructor(limit: number, onMessage: (message: AssembledMessage, atMs: number) => void) {
    this.limit = limit;
    this.#onMessage = onMessage;
  }

  /** Memory taken. */
  get held(): number {
    return this.#message.held + this.#control.held;
  }

  frameStarted(frame: FrameReader): boolean {
    if (frame.opcode >= Opcode.CLOSE) {
      this.#control.start(frame, CONTROL_MAX);
    } else if (frame.opcode !== Opcode.CONTINUATION) {
      this.#message.start(frame, frame.isCompressed ? ASSEMBLED_MAX : this.limit);
    }
    return this.#for(frame).isActive;
  }

  framePayload(frame: FrameReader, bytes: Uint8Array, start: number, end: number): void {
    const gathering = this.#for(frame);
    if (gathering.isActive) gathering.add(frame, bytes, start, end);
  }

  frameEnded(frame: FrameReader, atMs: number): void {
    const gathering = this.#for(frame);
    if (frame.isFinal && gathering.isActive) this.#onMessage(gathering.take(), atMs);
  }

  #for(frame: FrameReader): Gathering {
    return frame.opcode >= Opcode.CLOSE ? this.#control : this.#message;
  }
}
