import type { ExchangeRefused, ExchangeReport, HeaderLines, OpenHead } from '@sellia/protocol';
import type { SelliaErrorCode } from './errors.ts';

/** On every fact. */
interface Numbered {
  /** Rises by one with each fact of the feed: a gap is a loss. */
  readonly fact: number;
  /** Of the exchange within this tunnel handle, from 1. */
  readonly exchange: number;
  /** Unix time in milliseconds. */
  readonly at: number;
}

/**
 * The first close frame of a WebSocket: its code (1005 where it names none), and who sent it. 1006 where
 * there was none, and whose connection ended first.
 */
export interface ClosedWith {
  readonly code: number;
  readonly side: 'visitor' | 'relay' | 'upstream';
}

/** When what happened, in milliseconds from the head of the request; -1 for what has not. */
export interface ExchangeTimes {
  /** The request had a connection to the upstream ... */
  connectMs: number;
  /** ... which had served before. */
  isReused: boolean;
  /** All of the request had been given to that connection. */
  requestSentMs: number;
  /** The response's head had come. */
  firstByteMs: number;
}

/** What there is to say at the end of an exchange, whatever it was. */
interface Ended {
  /** Milliseconds from the head of the request. */
  readonly durationMs: number;
  /** Of the bodies, or of what followed an upgrade. */
  readonly requestBytes: number;
  readonly responseBytes: number;
  readonly times?: Readonly<ExchangeTimes>;
  readonly close?: ClosedWith;
}

/** What happened to an exchange, in the order it happened. */
export type ExchangeFact = Numbered &
  (
    | {
        readonly type: 'opened';
        readonly kind: 'http' | 'upgrade';
        readonly opening: OpenHead['opening'];
        readonly method: string;
        readonly target: string;
        /** As the relay sent them; what the upstream got differs by hop-by-hop lines and Host. */
        readonly headers: HeaderLines;
        /** All of it as `encodeOpen` writes it, where that is at hand: for whoever only keeps it. */
        readonly text?: string | undefined;
      }
    | {
        readonly type: 'bodyChunk';
        readonly direction: 'request' | 'response';
        /** Only lent: copy what is to be kept. */
        readonly chunk: Uint8Array;
        /** A whole frame that the owner put in, by `sendMessage`; of neither end. */
        readonly isOwn?: true;
      }
    | {
        readonly type: 'trailers';
        readonly direction: 'request' | 'response';
        readonly headers: HeaderLines;
      }
    | {
        readonly type: 'responseHead';
        readonly status: number;
        readonly reason: string;
        readonly headers: HeaderLines;
        /** All of it as `encodeResponse` writes it, where that is at hand. */
        readonly text?: string;
      }
    /** From here on the bytes are those of another protocol. */
    | { readonly type: 'upgraded' }
    /** Both directions ended. */
    | ({ readonly type: 'closed' } & Ended)
    | ({
        readonly type: 'failed';
        readonly code: SelliaErrorCode;
        readonly reason: string;
      } & Ended)
    /** How it went at the relay; after `closed` or `failed`, only when reports were asked for. */
    | { readonly type: 'reported'; readonly report: ExchangeReport }
    /** Answered by the relay alone; the upstream never heard of it. `exchange` is 0. */
    | { readonly type: 'refused'; readonly refusal: ExchangeRefused }
  );

/** One that throws is dropped, and its error told as the tunnel's `fault`; it never hurts the tunnel. */
export type FactSubscriber = (fact: ExchangeFact) => void;

type Unnumbered<Fact> = Fact extends Numbered ? Omit<Fact, keyof Numbered> : never;
/** A fact before it has a number and a time. */
export type FactBody = Unnumbered<ExchangeFact>;
