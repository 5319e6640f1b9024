import {
  CreditPool,
  decodeOpen,
  encodeOpen,
  limits,
  Mux,
  type MuxHandler,
  type MuxStream,
  type Opening,
  type StreamHandler,
} from '@sellia/protocol';
import { nativeLatin1 } from '@sellia/session';
import type { ExchangeFeed } from './exchange-feed.ts';
import type { ForwardContext } from './forward.ts';
import { HttpForward } from './forward-http.ts';
import { framed, judged, type Replay, refused } from './replay.ts';

/** Replays that run at the same time. */
const RUNNING_MAX = 32;

/**
 * Sends requests to the upstream over a link within this process: the same streams, the same
 * forwarding and the same feed as for those of visitors, and no relay. Their answers are read and
 * dropped; who wants them listens to the feed. Owner: the tunnel, by `close`.
 */
export class Replayer {
  readonly #visitor: Mux;
  readonly #client: Mux;
  readonly #feed: ExchangeFeed;
  readonly #context: ForwardContext;
  readonly #message = new Uint8Array(limits.MESSAGE_MAX);
  #exchange = 0;
  #isPumping = false;

  constructor(feed: ExchangeFeed, context: ForwardContext) {
    this.#feed = feed;
    this.#context = context;
    const { clock, onFault } = context;
    const mux = (role: 'relay' | 'client', own: Partial<MuxHandler>): Mux =>
      new Mux({
        role,
        handler: { ...UNHEARD, onFault, onWants: () => clock.soon(this.#pump), ...own },
        latin1: nativeLatin1,
        now: () => clock.now(),
        receiveWindow: limits.INITIAL_WINDOW,
        maxStreams: RUNNING_MAX,
        processCredit: new CreditPool(RUNNING_MAX * limits.INITIAL_WINDOW),
      });
    this.#visitor = mux('relay', {});
    this.#client = mux('client', { onStream: this.#clientOnStream });
    for (const end of [this.#visitor, this.#client]) {
      end.payloadMax = limits.HEAD_MAX;
      end.setPeerLimits(limits.INITIAL_WINDOW, RUNNING_MAX);
    }
  }

  /**
   * Number of its exchange on the feed; 0 while nobody listens, and from within the telling of a
   * replay's fact, where the new one begins a moment later. Throws SelliaError.
   */
  send(replay: Replay): number {
    const { method, target, scheme, body } = judged(replay);
    const opening: Opening = { ...OPENING, scheme, receivedAt: Date.now() };
    const headers = framed(replay.headers, body.length);
    const text = encodeOpen(opening, { method, target, headers });
    if (text.length > limits.HEAD_MAX) throw refused('Path and headers are too long.');
    const sender = new Sender(body);
    const stream = this.#visitor.open(text, body.length === 0, sender);
    if (stream === undefined) throw refused('Too many replays are running; try again in a moment.');
    sender.begin(stream);
    this.#exchange = 0;
    this.#pump();
    return this.#exchange;
  }

  /** Ends what runs. */
  close(): void {
    this.#visitor.fail('SELLIA_CANCELLED', 'the tunnel was closed');
    this.#client.fail('SELLIA_CANCELLED', 'the tunnel was closed');
  }

  readonly #clientOnStream = (stream: MuxStream, text: string, ended: boolean): void => {
    const open = decodeOpen(text);
    const tap = this.#feed.tap(open, this.#context.clock.now());
    new HttpForward(stream, open, ended, this.#context, tap);
    this.#exchange = tap?.exchange ?? 0;
  };

  /** Hands on what both ends want to say; each message is the receiver's. */
  readonly #pump = (): void => {
    if (this.#isPumping) return;
    this.#isPumping = true;
    const toClient = this.#pass(this.#visitor, this.#client);
    const toVisitor = this.#pass(this.#client, this.#visitor);
    this.#isPumping = false;
    if (toClient || toVisitor) this.#context.clock.soon(this.#pump);
  };

  #pass(from: Mux, to: Mux): boolean {
    const end = from.next(this.#message, 0);
    if (end > 0) to.receive(this.#message.slice(0, end));
    return end > 0;
  }
}

/** The visitor's end of a replay: sends its body as it is taken, reads what comes. */
class Sender implements StreamHandler {
  readonly #body: Uint8Array;
  #stream: MuxStream | undefined;
  #sent = 0;

  constructor(body: Uint8Array) {
    this.#body = body;
  }

  begin(stream: MuxStream): void {
    this.#stream = stream;
    if (this.#body.length > 0) this.onDrain();
  }

  onHead(): void {}
  onInfo(): void {}
  onTrailers(): void {}
  onEnd(): void {}
  onReset(): void {}
  onStop(): void {
    this.#sent = this.#body.length;
  }

  onData(chunk: Uint8Array): void {
    this.#stream?.consume(chunk.length);
  }

  onDrain(): void {
    const stream = this.#stream;
    while (stream !== undefined && this.#sent < this.#body.length) {
      const piece = this.#body.subarray(this.#sent, this.#sent + limits.DATA_MAX);
      this.#sent += piece.length;
      const hasRoom = stream.write(piece);
      if (this.#sent === this.#body.length) stream.end();
      if (!hasRoom) return;
    }
  }
}

const OPENING = {
  kind: 'http',
  tunnel: 0,
  visitorAddress: '',
  visitorPort: 0,
  tlsVersion: '',
  requestId: '',
  hops: 0,
  acceptsTrailers: false,
} as const;

const UNHEARD = { onStream() {}, onControl() {}, onGoingAway() {}, onLinkFrame() {} };
