import { Buffer } from 'node:buffer';
import { constants, inflateRawSync } from 'node:zlib';

/** What deflate looks back on (RFC 1951). */
const WINDOW = 32 * 1024;
/** A message that inflates past this ends decompression of its direction. */
export const INFLATED_MAX = 4 * 1024 * 1024;
/** Deflate makes at most 1032 bytes of one: so much input never passes 256 KiB. */
const SAFE_INPUT = 254;
/** Output of one second, and what each message is charged at least: about a tenth of a core. */
export const INFLATED_PER_SECOND = 16 * 1024 * 1024;
const LEAST_CHARGE = 4 * 1024;
/** What senders leave off the end of a message (RFC 7692 section 7.2.1). */
const TAIL = Uint8Array.of(0, 0, 0xff, 0xff);

const TOO_LATE = 'recording began too late to decompress';
const LOST = 'an earlier message is missing that this one was compressed with';

/** What came of a message. */
export interface Inflated {
  /** Empty where nothing could be had. */
  readonly content: Uint8Array;
  readonly isTruncated: boolean;
  /** Of the whole message; -1 when unknown. */
  readonly bytes: number;
  readonly note: string;
}

/**
 * Decompresses the messages of one direction, in order (permessage-deflate, RFC 7692).
 *
 * Each message is inflated at once and whole, by `inflateRawSync` with the last 32 KiB of what came
 * before as dictionary. A zlib stream would keep its own window, but answers later: chunks that wait
 * for it, and messages overtaken by those that are not compressed, would need a queue with a bound of
 * its own, and a bomb would be noticed when it has gone off. Here `maxOutputLength` stops one inside
 * of zlib, order is that of the calls, and all that stays between messages is the dictionary.
 *
 * A dictionary that is too short can not give wrong text: zlib refuses a reference to before its
 * beginning. So a recording that began too late tries each message, and shows those that refer to
 * nothing before it; once 32 KiB were read without a gap it is as good as one from the beginning.
 * The window that was negotiated does not matter: the largest reads what the smaller ones write.
 */
export class MessageInflater {
  readonly #hasTakeover: boolean;
  #dictionary = new Uint8Array(0);
  #known = 0;
  /** Why what came before is not known whole; empty when it is. */
  #gap: string;
  #stopped = '';
  #second = 0;
  #spent = 0;

  /** `isLate`: compressed messages of this direction have passed unread. */
  constructor(hasTakeover: boolean, isLate: boolean) {
    this.#hasTakeover = hasTakeover;
    this.#gap = hasTakeover && isLate ? TOO_LATE : '';
  }

  /** Memory taken. */
  get held(): number {
    return this.#dictionary.length;
  }

  /** `isCut`: only the beginning of the message is here. Never throws. */
  inflate(payload: Uint8Array, isCut: boolean, atMs: number): Inflated {
    if (this.#stopped !== '') return nothing(this.#stopped);
    if (!this.#canAfford(atMs)) {
      this.#forget(LOST);
      return nothing('too much to decompress at once: passed over');
    }
    try {
      return this.#inflateWhole(payload, isCut);
    } catch (error) {
      return this.#failed(payload, error);
    }
  }

  #inflateWhole(payload: Uint8Array, isCut: boolean): Inflated {
    const input = isCut ? payload : Buffer.concat([payload, TAIL]);
    const content = this.#run(input, INFLATED_MAX);
    this.#spent += Math.max(0, content.length - LEAST_CHARGE);
    if (isCut) this.#forget(LOST);
    else if (this.#hasTakeover) this.#remember(content);
    return { content, isTruncated: isCut, bytes: isCut ? -1 : content.length, note: '' };
  }

  #run(input: Uint8Array, most: number): Uint8Array {
    return inflateRawSync(input, {
      finishFlush: constants.Z_SYNC_FLUSH,
      maxOutputLength: most,
      ...(this.#known === 0 ? {} : { dictionary: this.#dictionary.subarray(0, this.#known) }),
    });
  }

  #failed(payload: Uint8Array, error: unknown): Inflated {
    if ((error as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE') {
      this.#spent += INFLATED_MAX;
      return this.#bomb(payload);
    }
    const gap = this.#gap;
    this.#forget(gap === '' ? LOST : gap);
    return nothing(gap === '' ? 'is not what deflate writes' : gap);
  }

  #bomb(payload: Uint8Array): Inflated {
    const content = this.#beginning(payload);
    const size = `${INFLATED_MAX / 1024 / 1024} MiB`;
    this.#forget(LOST);
    this.#stopped = `not decompressed: an earlier message passed ${size}`;
    const note = `passes ${size} decompressed: this direction is not decompressed any more`;
    return { content, isTruncated: true, bytes: -1, note };
  }

  #beginning(payload: Uint8Array): Uint8Array {
    try {
      return this.#run(payload.subarray(0, SAFE_INPUT), INFLATED_MAX);
    } catch {
      return new Uint8Array();
    }
  }

  #canAfford(atMs: number): boolean {
    const second = Math.floor(atMs / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#spent = 0;
    }
    this.#spent += LEAST_CHARGE;
    return this.#spent <= INFLATED_PER_SECOND;
  }

  #remember(content: Uint8Array): void {
    if (this.#dictionary.length === 0) this.#dictionary = new Uint8Array(WINDOW);
    const fresh = content.length > WINDOW ? content.subarray(content.length - WINDOW) : content;
    const left = Math.min(this.#known, WINDOW - fresh.length);
    this.#dictionary.copyWithin(0, this.#known - left, this.#known);
    this.#dictionary.set(fresh, left);
    this.#known = left + fresh.length;
    if (this.#known === WINDOW) this.#gap = '';
  }

  #forget(gap: string): void {
    this.#known = 0;
    if (this.#hasTakeover) this.#gap = gap;
  }
}

function nothing(note: string): Inflated {
  return { content: new Uint8Array(), isTruncated: true, bytes: -1, note };
}
