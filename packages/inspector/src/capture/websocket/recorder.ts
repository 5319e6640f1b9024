import { closeCode } from '../../messages/close-codes.ts';
import { Opcode } from '../../messages/opcodes.ts';
import { readClose } from './close-frame.ts';
import { ASSEMBLED_MAX, type AssembledMessage, MessageAssembler } from './message-assembler.ts';
import { type Inflated, MessageInflater } from './message-inflater.ts';
import type { DeflateTerms, SocketLevel, SocketMessage, SocketRecording } from './socket-detail.ts';

type Direction = SocketMessage['direction'];

/** Of one socket: the newest messages, and what they hold. Older ones are dropped and counted. */
export const MESSAGES_MAX = 500;
export const BYTES_MAX = 1024 * 1024;
/** What a message costs besides its content. */
const MESSAGE_COST = 160;
/** Level `messages` keeps this much of each. */
const BEGINNING = 4 * 1024;

type Kept = Omit<SocketMessage, 'content'> & { readonly payload: Uint8Array };

/**
 * The newest messages of a WebSocket, both directions in the order in which they ended: fragments
 * joined, unmasked, decompressed. Holds 500 messages, 1 MiB of them, and what is needed to read on.
 */
export class SocketRecorder {
  /** What ends now was put in from here. */
  isOwn = false;
  readonly #deflate: DeflateTerms | undefined;
  readonly #kept: Kept[] = [];
  readonly #inflaters = new Map<Direction, MessageInflater>();
  readonly #assemblers = new Map<Direction, MessageAssembler>();
  #level: Exclude<SocketLevel, 'stats'> = 'messages';
  #since = 0;
  #bytes = 0;
  #newest = 0;
  #dropped = 0;

  /** `deflate`: what the handshake agreed on; without it nothing is decompressed. */
  constructor(deflate: DeflateTerms | undefined) {
    this.#deflate = deflate;
  }

  get level(): SocketLevel {
    return this.#level;
  }

  /** Memory taken, which is what a budget counts. */
  get held(): number {
    let sum = this.#bytes + this.#kept.length * MESSAGE_COST;
    for (const assembler of this.#assemblers.values()) sum += assembler.held;
    for (const inflater of this.#inflaters.values()) sum += inflater.held;
    return sum;
  }

  /** Begins, goes on after `stop`, or goes on at another level. */
  start(level: Exclude<SocketLevel, 'stats'>, atMs: number): void {
    this.#level = level;
    if (this.#since === 0) this.#since = atMs;
    for (const assembler of this.#assemblers.values()) assembler.limit = this.#limit;
  }

  /** What frames of a direction are to be given to; `isLate`: compressed messages passed unread. */
  assembler(direction: Direction, isLate: boolean): MessageAssembler {
    const terms = direction === 'request' ? this.#deflate?.up : this.#deflate?.down;
    if (terms !== undefined) {
      this.#inflaters.set(direction, new MessageInflater(terms.hasTakeover, isLate));
    }
    const assembler = new MessageAssembler(this.#limit, (message, atMs) =>
      this.#add(direction, message, atMs),
    );
    this.#assemblers.set(direction, assembler);
    return assembler;
  }

  /** Keeps what there is, lets go what reading on would have needed. */
  stop(): void {
    this.#assemblers.clear();
    this.#inflaters.clear();
  }

  /** Forgets all messages; numbers go on. */
  clear(): void {
    this.#kept.length = 0;
    this.#bytes = 0;
  }

  /** Drops the oldest messages until about `bytes` of `held` are free. Returns what was freed. */
  free(bytes: number): number {
    let freed = 0;
    while (freed < bytes && this.#kept.length > 0) freed += this.#dropOldest();
    return freed;
  }

  /** Messages with numbers above `after`, oldest first, `most` at the most. */
  read(after = 0, most = MESSAGES_MAX): SocketMessage[] {
    const found: SocketMessage[] = [];
    for (const kept of this.#kept) {
      if (found.length >= most) break;
      if (kept.number > after) found.push(readable(kept));
    }
    return found;
  }

  facts(): SocketRecording {
    return {
      level: this.#level,
      isOn: this.#assemblers.size > 0,
      since: this.#since,
      messages: this.#kept.length,
      bytes: this.#bytes,
      newest: this.#newest,
      dropped: this.#dropped,
    };
  }

  get #limit(): number {
    return this.#level === 'full' ? ASSEMBLED_MAX : BEGINNING;
  }

  #add(direction: Direction, message: AssembledMessage, atMs: number): void {
    const { opcode, isCompressed, bytes } = message;
    const plain = this.#plain(direction, message, atMs);
    const payload = new Uint8Array(plain.content.subarray(0, this.#limit));
    const isTruncated = plain.isTruncated || payload.length < plain.content.length;
    const { note, bytes: plainBytes } = plain;
    const number = ++this.#newest;
    this.#kept.push({
      ...{ number, direction, opcode, atMs, bytes, plainBytes },
      ...{ payload, isTruncated, isCompressed, note, isOwn: this.isOwn },
    });
    this.#bytes += payload.length;
    this.#trim();
  }

  #plain(direction: Direction, message: AssembledMessage, atMs: number): Inflated {
    const { payload, isCut, bytes, isCompressed } = message;
    const inflater = isCompressed ? this.#inflaters.get(direction) : undefined;
    if (inflater !== undefined) return inflater.inflate(payload, isCut, atMs);
    const note = isCompressed ? 'changed by an extension that is not known here' : '';
    return { content: payload, isTruncated: isCut, bytes: isCompressed ? -1 : bytes, note };
  }

  #trim(): void {
    while (this.#kept.length > MESSAGES_MAX || this.#bytes > BYTES_MAX) this.#dropOldest();
  }

  #dropOldest(): number {
    const size = this.#kept.shift()?.payload.length ?? 0;
    this.#bytes -= size;
    this.#dropped += 1;
    return size + MESSAGE_COST;
  }
}

const STRICT = { fatal: true, ignoreBOM: true };

function readable({ payload, ...message }: Kept): SocketMessage {
  if (message.opcode === Opcode.CLOSE) {
    const { code, reason, isReasonBroken } = readClose(payload);
    const broken = isReasonBroken ? '; the reason is not UTF-8' : '';
    return { ...message, content: reason, note: `${code} ${closeCode(code).name}${broken}` };
  }
  if (message.opcode !== Opcode.TEXT) return { ...message, content: payload };
  try {
    // `stream` leaves off the half character that a cut may have left.
    const stream = { stream: message.isTruncated };
    return { ...message, content: new TextDecoder('utf-8', STRICT).decode(payload, stream) };
  } catch {
    const content = new TextDecoder('utf-8', { ignoreBOM: true }).decode(payload);
    const note = message.note === '' ? 'not valid UTF-8' : message.note;
    return { ...message, content, note };
  }
}
