import {
  CreditPool,
  type ErrorCode,
  limits,
  Mux,
  type MuxHandler,
  type MuxStream,
  portableLatin1,
  type StreamHandler,
} from '@sellia/protocol';

/** What one end of a stream has heard, in order, with its bytes put together. */
export class Ear implements StreamHandler {
  readonly heard: string[] = [];
  received: number[] = [];
  unread = 0;
  ended = false;
  resetCode: ErrorCode | undefined;
  stopCode: ErrorCode | undefined;
  drains = 0;
  /** Give credit at once; otherwise `read` does. */
  constructor(readsAtOnce = true) {
    this.readsAtOnce = readsAtOnce;
  }
  readonly readsAtOnce: boolean;
  stream: MuxStream | undefined;

  onHead(text: string, ended: boolean): void {
    this.heard.push(`head ${text}${ended ? ' ended' : ''}`);
    this.ended ||= ended;
  }
  onInfo(text: string): void {
    this.heard.push(`info ${text}`);
  }
  onData(chunk: Uint8Array): void {
    for (const byte of chunk) this.received.push(byte);
    if (this.readsAtOnce) this.stream?.consume(chunk.length);
    else this.unread += chunk.length;
  }
  onTrailers(text: string): void {
    this.heard.push(`trailers ${text}`);
  }
  onEnd(): void {
    this.heard.push('end');
    this.ended = true;
  }
  onReset(code: ErrorCode, reason: string): void {
    this.heard.push(`reset ${code} ${reason}`.trim());
    this.resetCode = code;
  }
  onStop(code: ErrorCode): void {
    this.heard.push(`stop ${code}`);
    this.stopCode = code;
  }
  onDrain(): void {
    this.drains++;
  }
  read(bytes = this.unread): void {
    const taken = Math.min(bytes, this.unread);
    this.unread -= taken;
    if (taken > 0) this.stream?.consume(taken);
  }
}

export interface PairOptions {
  readonly readsAtOnce?: boolean;
  readonly window?: number;
  readonly maxStreams?: number;
  readonly firstStreamId?: number;
  readonly processCredit?: CreditPool;
}

/** A relay's mux and a client's, joined by two byte pipes that the test moves by hand. */
export class MuxPair {
  now = 0;
  readonly relay: Mux;
  readonly client: Mux;
  readonly accepted: Ear[] = [];
  readonly faults: unknown[] = [];
  readonly control: unknown[] = [];
  goingAway: number | undefined;
  /** Thrown by the client's `onStream`, when set. */
  failOnStream: Error | undefined;
  toClient: number[] = [];
  toRelay: number[] = [];
  readonly #options: PairOptions;

  constructor(options: PairOptions = {}) {
    this.#options = options;
    this.relay = this.#mux('relay');
    this.client = this.#mux('client');
    const window = options.window ?? limits.INITIAL_WINDOW;
    this.relay.setPeerLimits(window, options.maxStreams ?? limits.STREAMS_MAX);
    this.client.setPeerLimits(window, options.maxStreams ?? limits.STREAMS_MAX);
  }

  open(text = 'open', ended = false, readsAtOnce = true): Ear {
    const ear = new Ear(readsAtOnce);
    ear.stream = this.relay.open(text, ended, ear);
    return ear;
  }

  /** Pulls what `from` has to say, once, at most `room` bytes a message. */
  pull(from: 'relay' | 'client', room = limits.MESSAGE_MAX): number {
    const slab = new Uint8Array(room);
    const end = this[from].next(slab, 0);
    const pipe = from === 'relay' ? this.toClient : this.toRelay;
    for (const byte of slab.subarray(0, end)) pipe.push(byte);
    return end;
  }

  /** Delivers at most `most` bytes that are under way to `to`. */
  deliver(to: 'relay' | 'client', most = Number.POSITIVE_INFINITY): void {
    const pipe = to === 'client' ? this.toClient : this.toRelay;
    const bytes = Uint8Array.from(pipe.splice(0, Math.min(most, pipe.length)));
    this[to].receive(bytes);
  }

  /** Moves everything until nothing moves any more. */
  settle(): void {
    for (;;) {
      const moved = this.pull('relay') + this.pull('client');
      const waiting = this.toClient.length + this.toRelay.length;
      this.deliver('client');
      this.deliver('relay');
      if (moved + waiting === 0) return;
    }
  }

  #mux(role: 'relay' | 'client'): Mux {
    const handler: MuxHandler = {
      onStream: (stream, text, ended) => {
        if (this.failOnStream !== undefined) throw this.failOnStream;
        const ear = new Ear(this.#options.readsAtOnce ?? true);
        ear.stream = stream;
        ear.heard.push(`open ${text}${ended ? ' ended' : ''}`);
        ear.ended = ended;
        stream.handler = ear;
        this.accepted.push(ear);
      },
      onControl: (message) => this.control.push(message),
      onGoingAway: (last) => {
        this.goingAway = last;
      },
      onLinkFrame: () => {},
      onFault: (error) => this.faults.push(error),
      onWants: () => {},
    };
    const { maxStreams, firstStreamId, processCredit, window } = this.#options;
    return new Mux({
      role,
      handler,
      latin1: portableLatin1,
      now: () => this.now,
      receiveWindow: window ?? limits.INITIAL_WINDOW,
      maxStreams: maxStreams ?? limits.STREAMS_MAX,
      processCredit: processCredit ?? new CreditPool(Number.MAX_SAFE_INTEGER),
      ...(firstStreamId === undefined ? {} : { firstStreamId }),
    });
  }
}
