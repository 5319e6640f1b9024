import type { HeaderLines } from './header-lines.ts';
import type { ExchangeRow } from './row.ts';

/** What was kept of a body. */
export interface BodyFacts {
  /** As it travelled. */
  readonly bytes: number;
  /** Its beginning, as far as it was kept. */
  readonly keptBytes: number;
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
  /** From the request's head to the response's, at the client. */
  readonly firstByteMs: number;
  /** ... to the end of both directions. */
  readonly durationMs: number;
  /** From the relay's receipt of the head to the client's, by two clocks that may differ. */
  readonly relayMs: number;
  /** From the request's head to the response's, and to its end, as the relay saw them. */
  readonly visitorFirstByteMs: number;
  readonly visitorTotalMs: number;
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
  readonly note: string;
}
