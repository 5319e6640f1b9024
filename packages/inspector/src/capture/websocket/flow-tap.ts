import { Opcode } from '../../messages/opcodes.ts';
import { type CloseFrame, readClose } from './close-frame.ts';
import { CONTROL_MAX, type FrameHandler, FrameReader, type ReservedBits } from './frame-reader.ts';
import type { MessageAssembler } from './message-assembler.ts';
import { HASH_START, hashOn, RoundTrips } from './round-trips.ts';
import type { TrafficRing } from './traffic-ring.ts';

/** Where a piece of a control frame is unmasked; shared, since no piece outlives its call. */
const scratch = new Uint8Array(CONTROL_MAX);

/** A close frame, and when it came. */
export interface SeenClose extends CloseFrame {
  readonly atMs: number;
}

/**
 * Figures of one direction. Payloads are skipped but for those of close, ping and pong frames, and
 * for what an assembler wants.
 */
export class FlowTap implements FrameHandler {
  wireBytes = 0;
  messages = 0;
  texts = 0;
  binaries = 0;
  pings = 0;
  pongs = 0;
  fragmented = 0;
  dataFrames = 0;
  compressed = 0;
  largestBytes = 0;
  /** Payload of the messages that have ended. */
  endedBytes = 0;
  /** Unix milliseconds; 0 before one. */
  firstMessageAt = 0;
  lastMessageAt = 0;
  /** Of pings that went this way. */
  readonly trips = new RoundTrips();
  readonly reader: FrameReader;
  close: SeenClose | undefined;
  /** Present while contents are recorded. */
  assembler: MessageAssembler | undefined;
  readonly #way: 0 | 1;
  readonly #ring: TrafficRing;
  /** Of the other direction, whose pings this one's pongs answer. */
  #asked: RoundTrips = this.trips;
  #atMs = 0;
  #isText = false;
  #frames = 0;
  #hash = HASH_START;
  /** Of a close frame; there is one a direction. */
  #closing: Uint8Array | undefined;
  #closingAt = 0;

  /** `way` 0 is that of the visitor's frames, which are masked. */
  constructor(way: 0 | 1, allowed: ReservedBits, ring: TrafficRing) {
    this.#way = way;
    this.#ring = ring;
    this.reader = new FrameReader(this, way === 0, allowed);
  }

  /** Pongs of this direction answer pings of `other`. */
  answers(other: FlowTap): void {
    this.#asked = other.trips;
  }

  push(chunk: Uint8Array, atMs: number): void {
    this.#atMs = atMs;
    this.wireBytes += chunk.length;
    this.#ring.addBytes(this.#way, chunk.length);
    this.reader.push(chunk);
  }

  frameStarted(frame: FrameReader): boolean {
    const isWanted = this.assembler?.frameStarted(frame) ?? false;
    if (frame.opcode < Opcode.CLOSE) {
      this.#startData(frame);
      return isWanted;
    }
    this.#hash = HASH_START;
    if (frame.opcode === Opcode.CLOSE) this.#closing = new Uint8Array(frame.length);
    return true;
  }

  framePayload(frame: FrameReader, bytes: Uint8Array, start: number, end: number): void {
    this.assembler?.framePayload(frame, bytes, start, end);
    if (frame.opcode < Opcode.CLOSE) return;
    const size = end - start;
    frame.copy(scratch, 0, bytes, start, end);
    if (this.#closing !== undefined) {
      this.#closing.set(scratch.subarray(0, size), this.#closingAt);
      this.#closingAt += size;
      return;
    }
    let hash = this.#hash;
    for (let i = 0; i < size; i++) hash = hashOn(hash, scratch[i] as number);
    this.#hash = hash;
  }

  frameEnded(frame: FrameReader): void {
    if (frame.opcode === Opcode.PING) {
      this.pings += 1;
      this.trips.pinged(this.#hash, this.#atMs);
    } else if (frame.opcode === Opcode.PONG) {
      this.pongs += 1;
      this.#asked.ponged(this.#hash, this.#atMs);
    } else if (frame.opcode === Opcode.CLOSE) {
      this.close = { ...readClose(this.#closing as Uint8Array), atMs: this.#atMs };
    } else if (frame.isFinal) {
      this.#endMessage();
    }
    this.assembler?.frameEnded(frame, this.#atMs);
  }

  #startData(frame: FrameReader): void {
    this.dataFrames += 1;
    this.#frames += 1;
    if (frame.opcode === Opcode.CONTINUATION) return;
    this.#isText = frame.opcode === Opcode.TEXT;
    if (frame.isCompressed) this.compressed += 1;
  }

  #endMessage(): void {
    const size = this.reader.payloadBytes - this.endedBytes;
    this.endedBytes = this.reader.payloadBytes;
    this.messages += 1;
    if (this.#isText) this.texts += 1;
    else this.binaries += 1;
    if (this.#frames > 1) this.fragmented += 1;
    this.#frames = 0;
    if (size > this.largestBytes) this.largestBytes = size;
    if (this.firstMessageAt === 0) this.firstMessageAt = this.#atMs;
    this.lastMessageAt = this.#atMs;
    this.#ring.addMessage(this.#way);
  }
}
