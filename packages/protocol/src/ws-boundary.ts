/** What the next byte of a WebSocket frame is (RFC 6455 section 5.2). */
const FLAGS = 0;
const LENGTH = 1;
const LONG_LENGTH = 2;
const MASK = 3;
const PAYLOAD = 4;

const FINAL = 0x80;
const MASKED = 0x80;
const CONTINUATION = 0x0;
const BINARY = 0x2;
/** Opcodes from here on are control frames: short, whole, allowed between two fragments. */
const CLOSE = 0x8;
const PONG = 0xa;
/** Longest payload of a control frame (RFC 6455 section 5.5). */
const CONTROL_MAX = 125;

/** What a close frame without a code reads as (RFC 6455 section 7.1.5). */
export const CLOSE_CODE_NONE = 1005;

/**
 * Where one direction of a WebSocket stands: within a frame, within a message, closed. Reads headers
 * and skips payloads by count; holds no byte and allocates nothing. Never throws: bytes that are no
 * WebSocket frames make it `isBroken`, for good.
 */
export class WsBoundary {
  /** A close frame has gone by, whole; what comes behind it means nothing. */
  isClosed = false;
  /** Not WebSocket, or not any more: where a frame ends can no longer be told. */
  isBroken = false;
  #next = FLAGS;
  #opcode = 0;
  #isFinal = true;
  #isMasked = false;
  /** Bytes of the long length or of the masking key still to come. */
  #headLeft = 0;
  #payloadLeft = 0;
  /** A long length below this should have been a shorter form, the only one allowed. */
  #leastLength = 0;
  /** A fragmented message is not at its end. */
  #isFragmented = false;
  #mask = 0;
  #codeLeft = 0;
  #code = 0;

  /** Between two frames. */
  get atBoundary(): boolean {
    return this.#next === FLAGS && !this.isBroken;
  }

  /** Between two frames, and no message is left half sent. */
  get isBetweenMessages(): boolean {
    return this.atBoundary && !this.#isFragmented;
  }

  /** Of the close frame that has gone by: its code, or CLOSE_CODE_NONE; 0 before one has. */
  get closeCode(): number {
    if (!this.isClosed) return 0;
    return this.#code === 0 ? CLOSE_CODE_NONE : this.#code;
  }

  push(bytes: Uint8Array): void {
    this.#read(bytes, false);
  }

  /** Reads up to the first end of a message. Returns the bytes read; all of them where none ends. */
  pushMessage(bytes: Uint8Array): number {
    return this.#read(bytes, true);
  }

  #read(bytes: Uint8Array, stops: boolean): number {
    let at = 0;
    while (at < bytes.length && !this.isClosed && !this.isBroken) {
      if (this.#next === PAYLOAD) at = this.#skipPayload(bytes, at);
      else this.#readHead(bytes[at++] as number);
      if (stops && this.isBetweenMessages && !this.isClosed) return at;
    }
    return bytes.length;
  }

  #skipPayload(bytes: Uint8Array, at: number): number {
    const end = Math.min(bytes.length, at + this.#payloadLeft);
    for (let i = at; this.#codeLeft > 0 && i < end; i++) {
      const key = this.#codeLeft-- === 2 ? this.#mask >>> 24 : (this.#mask >>> 16) & 0xff;
      this.#code = (this.#code << 8) | ((bytes[i] as number) ^ key);
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
      this.#payloadLeft = this.#payloadLeft * 256 + byte;
      if (--this.#headLeft === 0) this.#endLength();
    } else {
      this.#mask = (this.#mask << 8) | byte;
      if (--this.#headLeft === 0) this.#endHead();
    }
  }

  /** The reserved bits belong to extensions. */
  #readFlags(byte: number): void {
    this.#isFinal = (byte & FINAL) !== 0;
    this.#opcode = byte & 0x0f;
    this.#next = LENGTH;
    const isControl = this.#opcode >= CLOSE;
    const isKnown = isControl ? this.#opcode <= PONG : this.#opcode <= BINARY;
    const isContinuation = this.#opcode === CONTINUATION;
    const isInPlace = isControl ? this.#isFinal : isContinuation === this.#isFragmented;
    this.isBroken = !isKnown || !isInPlace;
  }

  #readLength(byte: number): void {
    const length = byte & 0x7f;
    this.#isMasked = (byte & MASKED) !== 0;
    if (length <= CONTROL_MAX) {
      this.#payloadLeft = length;
      this.#startMask();
    } else {
      this.isBroken = this.#opcode >= CLOSE;
      this.#payloadLeft = 0;
      this.#headLeft = length === 126 ? 2 : 8;
      this.#leastLength = length === 126 ? CONTROL_MAX + 1 : 0x1_0000;
      this.#next = LONG_LENGTH;
    }
  }

  #endLength(): void {
    const isTooLong = this.#payloadLeft > Number.MAX_SAFE_INTEGER;
    this.isBroken ||= isTooLong || this.#payloadLeft < this.#leastLength;
    this.#startMask();
  }

  #startMask(): void {
    this.#mask = 0;
    this.#headLeft = 4;
    this.#next = MASK;
    if (!this.#isMasked) this.#endHead();
  }

  #endHead(): void {
    const isClose = this.#opcode === CLOSE;
    this.#code = 0;
    this.#codeLeft = isClose ? 2 : 0;
    if (isClose && this.#payloadLeft === 1) this.isBroken = true;
    this.#next = PAYLOAD;
    if (this.#payloadLeft === 0) this.#endFrame();
  }

  #endFrame(): void {
    this.#next = FLAGS;
    if (this.#opcode === CLOSE) this.isClosed = true;
    else if (this.#opcode < CLOSE) this.#isFragmented = !this.#isFinal;
  }
}
