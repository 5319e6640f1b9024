import type { HeaderLines } from './header-lines.ts';
import type { ExchangeRow } from './row.ts';

/** What was kept of a body. */
export interface BodyFacts {
  /** As it travelled. */
  readonly bytes: number;
  /** Its beginning, as far as it was kept. */
  readonly keptBytes: number;
  /** `Content-Length`: what `bytes` comes to; -1 where it is not told. */
  readonly expectedBytes: number;
  /** `Content-Encoding`, in lower case; empty without. */
  readonly encoding: string;
  /** `Content-Type`, whole; empty without. */
  readonly type: string;
}

/** One direction of an exchange. */
export interface MessageDetail {
  readonly headers: HeaderLines;
  readonly trailers: HeaderLines;
  readonly body: BodyFacts;
}

/** Milliseconds; -1 for what has not happened, or is not known. */
export interface ExchangeTiming {
  /** From the request's head to a connection to the upstream ... */
  readonly connectMs: number;
  /** ... that had served before. */
  readonly isReused: boolean;
  /** ... to the request's end, as it was given to that connection. */
  readonly requestSentMs: number;
  /** ... to the end of a response that is whole. */
  readonly responseEndMs: number;
  /** From the request's head to the response's, at the client. */
  readonly firstByteMs: number;
  /** ... to the end of both directions. */
  readonly durationMs: number;
  /** From the relay's receipt of the head to the client's, by two clocks that may differ. */
  readonly relayMs: number;
  /** From the request's head to the response's, and to its end, as the relay saw them. */
  readonly visitorFirstByteMs: number;
  readonly visitorTotalMs: number;
  /**
   * How far the client's clock is ahead of the relay's, as it is estimated now: `relayMs` less this is the
   * way from the relay to the client. Absent while nothing is known of it.
   */
  readonly clockDifferenceMs?: number | undefined;
}

/** One exchange, whole but for the bytes of its bodies. */
export interface ExchangeDetail {
  readonly row: ExchangeRow;
  readonly request: MessageDetail;
  /** Without headers until they have come. */
  readonly response: MessageDetail;
  readonly timing: ExchangeTiming;
  /** Of the visitor's connection; empty over plain HTTP. */
  readonly tlsVersion: string;
  readonly requestId: string;
  /** Ids of exchanges that repeat this one. */
  readonly replays: readonly string[];
  /** Why it cannot be sent again as it was, for people; without it, it can. */
  readonly whyNoReplay?: string;
  readonly note: string;
}
