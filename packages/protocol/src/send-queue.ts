import { writeErrorFrame, writeHeader, writeTextFrame } from './encode.ts';
import { END, FrameType } from './frame.ts';
import type { Latin1 } from './latin1.ts';
import { DATA_MAX, FRAME_HEADER } from './limits.ts';

/** What one item costs beside its bytes, so that a million tiny writes cannot hide in the queue. */
const ITEM_COST = 64;

interface Item {
  readonly type: number;
  readonly text: string;
  readonly bytes: Uint8Array | undefined;
  readonly wire: number;
  /** How much of `bytes` has been framed. */
  sent: number;
  ended: boolean;
}

/**
 * What the owner of a stream has written and the transport has not yet pulled, in order. Adjacent
 * small chunks leave in one DATA frame; END rides on the last frame.
 */
export class SendQueue {
  #items: Item[] = [];
  #first = 0;
  #cost = 0;

  get isEmpty(): boolean {
    return this.#first === this.#items.length;
  }

  /** Bytes held, with what holding them costs. */
  get cost(): number {
    return this.#cost;
  }

  /** The next frame carries bytes; one that only ends the direction needs no credit. */
  get needsCredit(): boolean {
    return this.#nextIsData && this.#remaining() > 0;
  }

  /** The OPEN frame has not left, so the peer knows nothing of the stream. */
  get isUnopened(): boolean {
    return this.#items[this.#first]?.type === FrameType.Open;
  }

  pushText(type: number, text: string, ended: boolean): void {
    this.#push({ type, text, bytes: undefined, wire: 0, sent: 0, ended }, text.length);
  }

  pushData(bytes: Uint8Array, ended = false): void {
    const item = { type: FrameType.Data, text: '', bytes, wire: 0, sent: 0, ended };
    this.#push(item, bytes.length);
  }

  pushReset(wire: number, reason: string): void {
    const item = {
      type: FrameType.Reset,
      text: reason,
      bytes: undefined,
      wire,
      sent: 0,
      ended: false,
    };
    this.#push(item, reason.length);
  }

  /** Ends the direction: on the frame still waiting last, or on one of its own. */
  pushEnd(): void {
    const last = this.isEmpty ? undefined : this.#items[this.#items.length - 1];
    if (last !== undefined && last.type !== FrameType.Info) last.ended = true;
    else this.pushData(NO_BYTES, true);
  }

  clear(): void {
    this.#items = [];
    this.#first = 0;
    this.#cost = 0;
  }

  /**
   * Writes the next frame: any but DATA whole, DATA at most `credit` bytes. Returns the offset
   * behind it, or `at` when the room before `limit` is too small.
   */
  writeNext(
    latin1: Latin1,
    target: Uint8Array,
    at: number,
    limit: number,
    streamId: number,
    credit: number,
  ): number {
    const item = this.#items[this.#first] as Item;
    if (item.bytes !== undefined) return this.#writeData(target, at, limit, streamId, credit);
    if (limit - at < FRAME_HEADER + 2 + item.text.length) return at;
    this.#shift(item.text.length);
    if (item.type === FrameType.Reset) {
      return writeErrorFrame(latin1, target, at, streamId, item.type, item.wire, item.text);
    }
    const flags = item.type | (item.ended ? END : 0);
    return writeTextFrame(latin1, target, at, streamId, flags, item.text);
  }

  #writeData(
    target: Uint8Array,
    at: number,
    limit: number,
    streamId: number,
    credit: number,
  ): number {
    const most = Math.min(DATA_MAX, credit, limit - at - FRAME_HEADER);
    const start = at + FRAME_HEADER;
    let end = start;
    let ended = false;
    // An empty DATA frame exists only to carry END, so a frame takes at least one item.
    if (most < 0 || (most === 0 && this.#remaining() > 0)) return at;
    while (this.#nextIsData && !ended) {
      const item = this.#items[this.#first] as Item;
      const bytes = item.bytes as Uint8Array;
      const taken = Math.min(bytes.length - item.sent, start + most - end);
      if (taken === bytes.length) target.set(bytes, end);
      else target.set(bytes.subarray(item.sent, item.sent + taken), end);
      end += taken;
      item.sent += taken;
      if (item.sent < bytes.length) {
        this.#cost -= taken;
        break;
      }
      ended = item.ended;
      this.#shift(taken);
    }
    writeHeader(target, at, streamId, FrameType.Data | (ended ? END : 0), end - start);
    return end;
  }

  get #nextIsData(): boolean {
    return this.#items[this.#first]?.type === FrameType.Data;
  }

  #remaining(): number {
    const item = this.#items[this.#first] as Item;
    return (item.bytes as Uint8Array).length - item.sent;
  }

  #push(item: Item, bytes: number): void {
    this.#items.push(item);
    this.#cost += bytes + ITEM_COST;
  }

  #shift(bytes: number): void {
    this.#cost -= bytes + ITEM_COST;
    this.#first++;
    if (this.#first === this.#items.length) {
      this.#items.length = 0;
      this.#first = 0;
    } else if (this.#first >= 32) {
      this.#items.splice(0, this.#first);
      this.#first = 0;
    }
  }
}
const NO_BYTES = new Uint8Array(0);
