import type { SelliaError } from './errors.ts';
import type { ExchangeFeed } from './exchange-feed.ts';
import type { WaitingBytes } from './open-sockets.ts';
import type { OwnMessage } from './own-message.ts';
import type { Replay } from './replay.ts';

/** The next attempt at a link. */
export interface NextAttempt {
  /** Why there is no link now. */
  readonly error: SelliaError;
  /** Its number, from 1; of a tunnel that was not public yet, the one that `connect` began with is 1. */
  readonly attempt: number;
  /** Milliseconds from this status to the attempt. */
  readonly delayMs: number;
}

/** Where a tunnel stands. */
export type TunnelStatus =
  | { readonly state: 'connecting' }
  /** Not public yet: the relay takes no clients at the moment. */
  | ({ readonly state: 'connecting' } & NextAttempt)
  | { readonly state: 'public' }
  | ({ readonly state: 'reconnecting' } & NextAttempt)
  | { readonly state: 'closing' }
  /** Without an error it was closed by its owner. */
  | { readonly state: 'closed'; readonly error?: SelliaError };

export interface TunnelEvents {
  status: [TunnelStatus];
  /** Public, for the first time or again. */
  ready: [{ readonly url: string; readonly name: string }];
  /** Once. Without an error the owner closed it. */
  closed: [SelliaError | undefined];
  /** A defect: one exchange failed, or a subscriber of the feed, and is dropped. The tunnel goes on. */
  fault: [unknown];
}

/** The link that carries a tunnel, or carried it last. What the relay said of itself is its own text. */
export interface TunnelLink {
  /** Host of the relay, with its port where that is not the scheme's. */
  readonly relay: string;
  /** Name and version by which the relay calls itself. */
  readonly relayAgent: string;
  /** ... and this client. */
  readonly agent: string;
  /** Version of the protocol between the two. */
  readonly version: number;
  /** Name of the session at the relay. */
  readonly session: string;
  /** Milliseconds that exchanges outlive a lost connection to the relay; 0: they end with it. */
  readonly graceMs: number;
  /** Exchanges that the client takes at once; the relay may allow fewer. */
  readonly maxStreams: number;
  /** Since when its connection to the relay has lasted, or lasted; Unix time in milliseconds. */
  readonly connectedAt: number;
}

/** A public address and its upstream. Closed by its owner, or by a failure that repeats. */
export interface Tunnel {
  readonly url: string;
  readonly name: string;
  /** Secret of the lease, by which another process gets the name back; told anew with `ready`. */
  readonly lease: string;
  readonly feed: ExchangeFeed;
  readonly status: TunnelStatus;
  /** Undefined until the tunnel is public for the first time. */
  readonly link: TunnelLink | undefined;
  /** Settles when the tunnel has ended; with the reason unless its owner closed it. Never rejects. */
  readonly closed: Promise<SelliaError | undefined>;
  /** Round trip to the relay in milliseconds; 0 while unknown. */
  readonly roundTrip: number;
  /** Open streams, and open connections to the upstream. */
  stats(): { streams: number; sockets: number };
  /**
   * Sends a request to the upstream as if a visitor had, without the relay: whether that is there or
   * not. The number of its exchange on the feed, where its answer is told; 0 while nobody listens.
   * Throws SelliaError for what HTTP cannot send, when too many run, and when the tunnel is closed.
   */
  replay(replay: Replay): number;
  /**
   * Puts a message into an open WebSocket, between those of its ends; `exchange` is its number on the
   * feed, which tells of it as of any other. Throws SelliaError when it is not open, or the feed had no
   * subscriber when it began; when it is closing; when the message is too long; and when too many wait for
   * the end of one that is under way.
   */
  sendMessage(exchange: number, message: OwnMessage): void;
  /** Bytes of an open WebSocket that wait here for one of its ends; undefined of any other exchange. */
  waitingBytes(exchange: number): WaitingBytes | undefined;
  on<Name extends keyof TunnelEvents>(
    name: Name,
    listener: (...values: TunnelEvents[Name]) => void,
  ): this;
  off<Name extends keyof TunnelEvents>(
    name: Name,
    listener: (...values: TunnelEvents[Name]) => void,
  ): this;
  /**
   * Gives the name back, takes no new requests, lets running ones finish for `drainMs`
   * milliseconds (default 10 s), then ends. May be called again with less time.
   */
  close(options?: { drainMs?: number }): Promise<void>;
}
