import { Opcode } from '../../messages/opcodes.ts';

/** What the next byte is (RFC 6455 section 5.2). */
const FLAGS = 0;
const LENGTH = 1;
const LONG_LENGTH = 2;
const MASK = 3;
const PAYLOAD = 4;

const FINAL = 0x80;
const MASKED = 0x80;
/** The bits that belong to extensions; the first is that of permessage-deflate. */
const RESERVED = 0x70;
const RSV1 = 0x40;
/** Longest payload of a control frame (RFC 6455 section 5.5). */
export const CONTROL_MAX = 125;

/** Which reserved bits may be set: none, that of permessage-deflate, or any (unknown extension). */
export type ReservedBits = 'none' | 'deflate' | 'any';

/**
 * Told of frames while they go by. The reader stands for the frame: its fields are those of the head
 * until `frameEnded` returns.
 */
export interface FrameHandler {
  /** True to be given the payload; nothing of it is looked at otherwise. */
  frameStarted(frame: FrameReader): boolean;
  /** A piece of payload, masked as it came: `bytes` from `start` to `end`, only lent. */
  framePayload(frame: FrameReader, bytes: Uint8Array, start: number, end: number): void;
  frameEnded(frame: FrameReader): void;
}

/** A frame that the rules forbid, in words; empty while all is well. */
export type Broken = string;

/**
 * One direction of a WebSocket as frames. Reads heads, skips payloads that nobody wants by count,
 * holds no byte of them and allocates nothing. Never throws: what is no frame makes it `broken`, for
 * good, and the rest unread. What comes behind a close frame is not read either.
 */
export class FrameReader {
  /** Of the frame at hand. */
  opcode = 0;
  isFinal = true;
  /** First reserved bit: the message is compressed. */
  isCompressed = false;
  length = 0;
  broken: Broken = '';
  /** A close frame has gone by, whole. */
  isClosed = false;
  /** Payload of text, binary and continuation frames so far. */
  payloadBytes = 0;
  readonly #handler: FrameHandler;
  readonly #mustMask: boolean;
  readonly #allowed: number;
  readonly #mask = new Uint8Array(4);
  #next = FLAGS;
  #isMasked = false;
  /** Bytes of the long length or of the masking key still to come. */
  #headLeft = 0;
  #payloadLeft = 0;
  /** A long length below this should have been a shorter form, the only one allowed. */
  #leastLength = 0;
  #isFragmented = false;
  #isWanted = false;
  /** Byte of the masking key that meets the next byte of payload. */
  #phase = 0;

  /** `mustMask`: frames come from the visitor, whose payloads are masked; else none may be. */
  constructor(handler: FrameHandler, mustMask: boolean, allowed: ReservedBits) {
    this.#handler = handler;
    this.#mustMask = mustMask;
    this.#allowed = allowed === 'any' ? RESERVED : allowed === 'deflate' ? RSV1 : 0;
  }

  /** Part of a frame, or of a message in fragments, has come and its end has not. */
  get isInMessage(): boolean {
    return this.#isFragmented || this.#next !== FLAGS;
  }

  push(bytes: Uint8Array): void {
    const size = bytes.length;
    let at = 0;
    while (at < size && !this.isClosed && this.broken === '') {
      if (this.#next === PAYLOAD) at = this.#readPayload(bytes, at);
      else this.#readHead(bytes[at++] as number);
    }
  }

  /** Unmasks the beginning of the piece that `framePayload` lent into `target`; `end` may be nearer. */
  copy(target: Uint8Array, at: number, bytes: Uint8Array, start: number, end: number): void {
    if (!this.#isMasked) {
      // A loop is quicker than a view and `set` for what control frames and chat messages hold.
      if (end - start > 64) target.set(bytes.subarray(start, end), at);
      else for (let i = start, to = at; i < end; i++, to++) target[to] = bytes[i] as number;
      return;
    }
    const mask = this.#mask;
    for (let i = start, to = at, key = this.#phase; i < end; i++, to++, key++) {
      target[to] = (bytes[i] as number) ^ (mask[key & 3] as number);
    }
  }

  #readPayload(bytes: Uint8Array, at: number): number {
    const end = Math.min(bytes.length, at + this.#payloadLeft);
    if (this.opcode < Opcode.CLOSE) this.payloadBytes += end - at;
    if (this.#isWanted) {
      this.#handler.framePayload(this, bytes, at, end);
      this.#phase = (this.#phase + end - at) & 3;
    }
    this.#payloadLeft -= end - at;
    if (this.#payloadLeft === 0) this.#endFrame();
    return end;
  }

  #readHead(byte: number): void {
    if (this.#next === FLAGS) {
      this.#readFlags(byte);
    } else if (this.#next === LENGTH) {
      this.#readLength(byte);
    } else if (this.#next === LONG_LENGTH) {
      this.length = this.length * 256 + byte;
      if (--this.#headLeft === 0) this.#endLength();
    } else {
      this.#mask[4 - this.#headLeft] = byte;
      if (--this.#headLeft === 0) this.#endHead();
    }
  }

  #readFlags(byte: number): void {
    this.isFinal = (byte & FINAL) !== 0;
    this.isCompressed = (byte & RSV1) !== 0;
    this.opcode = byte & 0x0f;
    this.#next = LENGTH;
    this.broken = this.#faultOfFlags(byte & RESERVED);
  }

  #faultOfFlags(reserved: number): Broken {
    const { opcode } = this;
    const isControl = opcode >= Opcode.CLOSE;
    if (opcode > (isControl ? Opcode.PONG : Opcode.BINARY)) return `opcode ${opcode} is reserved`;
    const isLater = isControl || opcode === Opcode.CONTINUATION;
    const allowed = isLater && this.#allowed === RSV1 ? 0 : this.#allowed;
    if ((reserved & ~allowed) !== 0) return 'a reserved bit is set that no extension asked for';
    if (isControl) return this.isFinal ? '' : 'a control frame is in fragments';
    if (opcode === Opcode.CONTINUATION && !this.#isFragmented) {
      return 'a continuation frame continues nothing';
    }
    return opcode !== Opcode.CONTINUATION && this.#isFragmented
      ? 'a message begins inside of another'
      : '';
  }

  #readLength(byte: number): void {
    this.#isMasked = (byte & MASKED) !== 0;
    if (this.#isMasked !== this.#mustMask) {
      this.broken = this.#mustMask
        ? 'a frame of the visitor is not masked'
        : 'a frame of the upstream is masked';
      return;
    }
    const length = byte & 0x7f;
    if (length <= CONTROL_MAX) {
      this.length = length;
      this.#startMask();
    } else if (this.opcode >= Opcode.CLOSE) {
      this.broken = `a control frame is longer than ${CONTROL_MAX} bytes`;
    } else {
      this.length = 0;
      this.#headLeft = length === 126 ? 2 : 8;
      this.#leastLength = length === 126 ? CONTROL_MAX + 1 : 0x1_0000;
      this.#next = LONG_LENGTH;
    }
  }

  #endLength(): void {
    if (this.length > Number.MAX_SAFE_INTEGER) this.broken = 'a frame is longer than 2^53 bytes';
    else if (this.length < this.#leastLength)
      this.broken = 'a length is longer than it needs to be';
    else this.#startMask();
  }

  #startMask(): void {
    this.#headLeft = 4;
    this.#next = MASK;
    if (!this.#isMasked) this.#endHead();
  }

  #endHead(): void {
    if (this.opcode === Opcode.CLOSE && this.length === 1) {
      this.broken = 'a close frame has half a code';
      return;
    }
    this.#payloadLeft = this.length;
    this.#phase = 0;
    this.#next = PAYLOAD;
    this.#isWanted = this.#handler.frameStarted(this);
    if (this.length === 0) this.#endFrame();
  }

  #endFrame(): void {
    this.#next = FLAGS;
    if (this.opcode === Opcode.CLOSE) this.isClosed = true;
    else if (this.opcode < Opcode.CLOSE) this.#isFragmented = !this.isFinal;
    this.#handler.frameEnded(this);
  }
}
