import type {
  ControlMessage,
  ErrorCode,
  MuxStream,
  OpenHead,
  TunnelReady,
  Welcome,
} from '@sellia/protocol';
import { type Clock, Session, type Timer, type Transport } from '@sellia/session';
import { knownCode, SelliaError } from './errors.ts';
import type { ExchangeFeed } from './exchange-feed.ts';
import type { ForwardContext } from './forward.ts';
import { HttpForward } from './forward-http.ts';
import { UpgradeForward } from './forward-upgrade.ts';
import type { ClientLimits } from './limits.ts';
import type { TunnelLink } from './tunnel-status.ts';

/** A link as far as its greeting tells. */
export type LinkTerms = Omit<TunnelLink, 'relay' | 'connectedAt'>;

/** What a link tells its tunnel. */
export interface LinkHandler {
  onPublic(link: Link, ready: TunnelReady): void;
  /** The relay will leave: replace this link while it still works. */
  onGoingAway(link: Link): void;
  /** The control socket is lost, or was not found again: streams wait for `reattach`. */
  onAway(link: Link, error: SelliaError): void;
  /** It goes on with all its streams. */
  onBack(link: Link): void;
  /** Before `onLost`: the relay has forgotten it, and welcomes a fresh one on `transport`. */
  onRenewed(link: Link, transport: Transport, welcome: Welcome): void;
  /** Exactly once, unless the owner closed it: the link is of no use any more, and why. */
  onLost(link: Link, error: SelliaError): void;
  /** A defect of ours: one stream failed, the link goes on. */
  onFault(error: unknown): void;
}

export interface LinkOptions {
  readonly transport: Transport;
  /** What the relay has said on it already; without, the link greets. */
  readonly welcome: Welcome | undefined;
  readonly clock: Clock;
  readonly limits: ClientLimits;
  readonly agent: string;
  /** Wanted name; empty for a random one. */
  readonly name: string;
  /** Proof that the name was ours; empty without. */
  readonly lease: string;
  /** Share the name with other clients that ask for the same. */
  readonly pool: boolean;
  /** Ask the relay how each exchange went on its side. */
  readonly reports: boolean;
  readonly feed: ExchangeFeed;
  readonly context: ForwardContext;
  readonly handler: LinkHandler;
}

/** Number of the one tunnel within its session. */
const TUNNEL = 1;
/** Characters of a relay's own words that are kept. */
const AGENT_MAX = 200;
/** While draining, how often to look whether the last stream has gone. */
const DRAIN_LOOK_MS = 20;
/** Exchanges whose report is awaited; a relay that never reports must not make this grow. */
const REPORTS_MAX = 10_000;

/** One session with the relay that carries the tunnel, from HELLO to its end. */
export class Link {
  readonly #options: LinkOptions;
  readonly #session: Session;
  #terms: LinkTerms | undefined;
  readonly #awaitingReport = new Map<number, number>();
  #readyTimer: Timer | undefined;
  #drainTimer: Timer | undefined;
  #drainUntil = Number.POSITIVE_INFINITY;
  #whenDrained: (() => void)[] = [];
  /** One side has said that it goes: what happens to the name is another link's business. */
  #isLeaving = false;
  #isOver = false;

  constructor(options: LinkOptions) {
    const { transport, welcome, clock, limits, agent, reports, handler } = options;
    this.#options = options;
    this.#session = new Session({
      role: 'client',
      transport,
      clock,
      agent,
      maxStreams: limits.maxStreams,
      graceMs: limits.resumeGraceMs,
      ...(welcome === undefined ? {} : { welcome }),
      capabilities: reports ? ['reports'] : [],
      handler: {
        onReady: (peer) => this.#sessionOnReady(peer as Welcome),
        onStream: (stream, open, ended) => this.#sessionOnStream(stream, open, ended),
        onControl: (message) => this.#sessionOnControl(message),
        onGoingAway: () => this.#sessionOnGoingAway(),
        onClosed: (code, reason) => this.#lose(new SelliaError(code, sentence(reason))),
        onFault: (error) => handler.onFault(error),
        onAway: (reason) => this.#sessionOnAway(reason),
        onBack: () => handler.onBack(this),
        onRenewed: (fresh, greeting) => handler.onRenewed(this, fresh, greeting),
      },
    });
    this.#readyTimer = clock.after(limits.readyTimeoutMs, () => {
      this.#lose(
        new SelliaError('SELLIA_RELAY_TIMEOUT', 'The relay did not open the tunnel in time.'),
      );
    });
  }

  /** What the two sides have told each other; undefined before they have. */
  get terms(): LinkTerms | undefined {
    return this.#terms;
  }

  get streamCount(): number {
    return this.#session.streamCount;
  }

  /** Milliseconds, smoothed; 0 before the first measurement. */
  get roundTrip(): number {
    return this.#session.roundTrip;
  }

  /** Its streams wait for another control socket. */
  get isAway(): boolean {
    return this.#session.state === 'away';
  }

  /** Goes on over `transport`; the handler hears how that went. */
  reattach(transport: Transport): void {
    this.#session.reattach(transport);
  }

  /** Finds out within `ms` whether the relay is still there. */
  probe(ms: number): void {
    this.#session.probe(ms);
  }

  /** Gives the name back now; running streams go on. */
  release(): void {
    this.#session.sendControl({
      type: 'tunnel.closed',
      tunnel: TUNNEL,
      reason: 'closed by its owner',
    });
  }

  /**
   * No new streams; calls `done` when the running ones have finished, or after `forMs`. Asked
   * again, the shortest wait counts.
   */
  drain(forMs: number, done: () => void): void {
    const { clock } = this.#options;
    this.#drainUntil = Math.min(this.#drainUntil, clock.now() + forMs);
    this.#whenDrained.push(done);
    this.#isLeaving = true;
    this.#session.goAway();
    this.#lookWhetherDrained();
  }

  /** Ends the session; the handler hears nothing of it. */
  close(): void {
    this.#finish();
    this.#session.close('SELLIA_GOING_AWAY', 'the client closed the tunnel');
  }

  #sessionOnReady({ agent, version, session, secret, graceMs }: Welcome): void {
    const { agent: ownAgent, limits } = this.#options;
    this.#terms = {
      relayAgent: agent.slice(0, AGENT_MAX),
      agent: ownAgent,
      version,
      session: session.slice(0, AGENT_MAX),
      graceMs: secret === '' ? 0 : Math.min(graceMs, limits.resumeGraceMs),
      maxStreams: limits.maxStreams,
    };
    const { name, lease, pool } = this.#options;
    const wanted = { tunnel: TUNNEL, kind: 'http', name, lease, pool } as const;
    this.#session.sendControl({ type: 'tunnel.open', ...wanted });
  }

  /** Only a public link is worth waiting for, and nobody dials again for one that leaves. */
  #sessionOnAway(reason: string): void {
    const error = new SelliaError('SELLIA_LINK_LOST', sentence(reason));
    const isPublic = this.#readyTimer === undefined;
    if (this.#isOver) return;
    if (isPublic && !this.#isLeaving) this.#options.handler.onAway(this, error);
    else this.#lose(error);
  }

  #sessionOnGoingAway(): void {
    this.#isLeaving = true;
    // A relay that leaves at once may still have opened the tunnel, and sent it requests.
    const isPublic = this.#readyTimer === undefined;
    if (isPublic) this.#options.handler.onGoingAway(this);
  }

  #sessionOnStream(stream: MuxStream, open: OpenHead, ended: boolean): void {
    const { kind, tunnel } = open.opening;
    if (
      this.#whenDrained.length > 0 ||
      tunnel !== TUNNEL ||
      (kind !== 'http' && kind !== 'upgrade')
    ) {
      stream.abort('SELLIA_REFUSED', 'not for this tunnel');
      return;
    }
    const { feed, clock, context, reports } = this.#options;
    const tap = feed.tap(open, clock.now());
    if (tap !== undefined && reports) this.#awaitReport(stream.id, tap.exchange);
    if (kind === 'http') new HttpForward(stream, open, ended, context, tap);
    else new UpgradeForward(stream, open, ended, context, tap);
  }

  #awaitReport(stream: number, exchange: number): void {
    this.#awaitingReport.set(stream, exchange);
    if (this.#awaitingReport.size <= REPORTS_MAX) return;
    const oldest = this.#awaitingReport.keys().next();
    if (oldest.done !== true) this.#awaitingReport.delete(oldest.value);
  }

  #sessionOnControl(message: ControlMessage): void {
    switch (message.type) {
      case 'tunnel.ready':
        if (message.tunnel !== TUNNEL || this.#readyTimer === undefined) return;
        this.#readyTimer.cancel();
        this.#readyTimer = undefined;
        this.#options.handler.onPublic(this, message);
        if (this.#isLeaving) this.#options.handler.onGoingAway(this);
        return;
      case 'tunnel.refused': {
        const code = knownCode(message.code, 'SELLIA_TUNNEL_REFUSED');
        this.#lose(new SelliaError(code, sentence(message.reason), message.hint));
        return;
      }
      case 'tunnel.closed':
        if (this.#isLeaving) return;
        this.#lose(new SelliaError('SELLIA_TUNNEL_CLOSED', sentence(message.reason)));
        return;
      case 'exchange.report': {
        const exchange = this.#awaitingReport.get(message.stream);
        this.#awaitingReport.delete(message.stream);
        if (exchange === undefined) return;
        this.#options.feed.publish(exchange, { type: 'reported', report: message });
        return;
      }
      case 'exchange.refused':
        this.#options.feed.publish(0, { type: 'refused', refusal: message });
        return;
      default:
        // tunnel.open comes from clients only.
        return;
    }
  }

  #lose(error: SelliaError): void {
    if (this.#isOver) return;
    this.#finish();
    if (this.#session.state !== 'closed') this.#session.close(closingCode(error), error.message);
    this.#options.handler.onLost(this, error);
  }

  #lookWhetherDrained(): void {
    this.#drainTimer?.cancel();
    const { clock } = this.#options;
    const { streamCount, state } = this.#session;
    // Without a control socket nothing moves, and nobody dials again for what leaves.
    const isStuck = state === 'away';
    const isDone = this.#isOver || streamCount === 0 || isStuck || clock.now() >= this.#drainUntil;
    if (!isDone) {
      this.#drainTimer = clock.after(DRAIN_LOOK_MS, () => this.#lookWhetherDrained());
      return;
    }
    for (const done of this.#whenDrained.splice(0)) done();
  }

  #finish(): void {
    this.#isOver = true;
    this.#readyTimer?.cancel();
    this.#readyTimer = undefined;
    this.#awaitingReport.clear();
    if (this.#whenDrained.length > 0) this.#lookWhetherDrained();
  }
}

function closingCode(error: SelliaError): ErrorCode {
  return error.code === 'SELLIA_RELAY_TIMEOUT' ? 'SELLIA_HELLO_TIMEOUT' : 'SELLIA_GOING_AWAY';
}

/** Reasons on the wire are fragments. */
function sentence(reason: string): string {
  if (reason === '') return 'The relay gave no reason.';
  const text = reason.charAt(0).toUpperCase() + reason.slice(1);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
