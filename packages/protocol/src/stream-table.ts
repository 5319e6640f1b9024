import { ProtocolError } from './errors.ts';
import { CreditPool, ReceiveWindow, SendWindow } from './flow.ts';
import { CREDIT_MAX, SESSION_GROWTH, STREAM_ID_MAX } from './limits.ts';
import type { MuxOptions } from './mux-options.ts';
import { MuxStream, type StreamHost } from './mux-stream.ts';
import { type StreamHandler, UNOWNED } from './stream-handler.ts';

/** The streams of a mux: which there are, and whether there may be another. */
export class StreamTable {
  readonly #options: MuxOptions;
  readonly #host: StreamHost;
  readonly #streams = new Map<number, MuxStream>();
  readonly #growth = new CreditPool(SESSION_GROWTH);
  #nextId: number;
  #lastId = 0;
  /** Until the peer has said: nothing may be sent. */
  #sendWindow = 0;
  #maxStreams: number;

  constructor(options: MuxOptions, host: StreamHost) {
    this.#options = options;
    this.#host = host;
    this.#nextId = options.firstStreamId ?? 1;
    this.#maxStreams = options.maxStreams;
  }

  get size(): number {
    return this.#streams.size;
  }

  /** Highest id that the opener has used, as both sides know it. */
  get lastId(): number {
    return this.#lastId;
  }

  /** The numbers are used up. */
  get isExhausted(): boolean {
    return this.#nextId > STREAM_ID_MAX;
  }

  /** As they are now, whatever becomes of them meanwhile. */
  get all(): MuxStream[] {
    return [...this.#streams.values()];
  }

  get(id: number): MuxStream | undefined {
    return this.#streams.get(id);
  }

  /** What the peer's greeting said; before the first stream. */
  setPeerLimits(initialWindow: number, maxStreams: number): void {
    if (initialWindow > CREDIT_MAX) throw new ProtocolError('SELLIA_PROTOCOL', 'window too large');
    this.#sendWindow = initialWindow;
    if (this.#options.role === 'relay') this.#maxStreams = Math.min(this.#maxStreams, maxStreams);
  }

  /** Relay: the next one. Undefined when there may be none. */
  open(handler: StreamHandler): MuxStream | undefined {
    if (this.isExhausted || this.#streams.size >= this.#maxStreams) return undefined;
    const stream = this.#create(this.#nextId, true, handler);
    if (stream === undefined) return undefined;
    this.#lastId = this.#nextId;
    this.#nextId += 2;
    return stream;
  }

  /** Client: the one that the relay has opened. Throws ProtocolError when it may not. */
  accept(id: number): MuxStream {
    if (this.#options.role !== 'client') {
      throw new ProtocolError('SELLIA_PROTOCOL', 'OPEN from a client');
    }
    if (id % 2 === 0 || id <= this.#lastId) {
      throw new ProtocolError('SELLIA_PROTOCOL', `OPEN with id ${id}`);
    }
    if (this.#streams.size >= this.#maxStreams) {
      throw new ProtocolError('SELLIA_TOO_MANY_STREAMS', 'OPEN beyond the limit of streams');
    }
    this.#lastId = id;
    const stream = this.#create(id, false, UNOWNED);
    // The peer cannot know our other sessions' credit: an honest "not now", and nothing was begun.
    if (stream === undefined) throw new ProtocolError('SELLIA_TOO_MANY_STREAMS', 'no credit left');
    return stream;
  }

  /** It is over on both sides: its credit goes back. */
  delete(stream: MuxStream): void {
    if (!this.#streams.delete(stream.id)) return;
    stream.release();
    this.#options.processCredit.give(this.#options.receiveWindow);
  }

  #create(id: number, isOpener: boolean, handler: StreamHandler): MuxStream | undefined {
    const { receiveWindow, processCredit, now } = this.#options;
    if (!processCredit.take(receiveWindow)) return undefined;
    const pools = [this.#growth, processCredit];
    const stream = new MuxStream(
      id,
      isOpener,
      handler,
      this.#host,
      new SendWindow(this.#sendWindow),
      new ReceiveWindow(receiveWindow, pools, now()),
    );
    this.#streams.set(id, stream);
    return stream;
  }
}
