import { OPEN_FIELD } from '@sellia/protocol';

/** Numbers of an exchange, by their place in its log. Milliseconds; -1 for what has not happened. */
export const FIELD = {
  startedAt: 0,
  kind: 1,
  state: 2,
  status: 3,
  firstByteMs: 4,
  durationMs: 5,
  visitorFirstByteMs: 6,
  visitorTotalMs: 7,
  connectMs: 8,
  isReused: 9,
  requestSentMs: 10,
  /** Not 0: bodies are counted, and none are to be kept. */
  isOnlyCounted: 11,
} as const;

const UNKNOWN_AT_FIRST: readonly number[] = [
  FIELD.firstByteMs,
  FIELD.durationMs,
  FIELD.visitorFirstByteMs,
  FIELD.visitorTotalMs,
  FIELD.connectMs,
  FIELD.requestSentMs,
];

/** What they are at first. */
export const AT_FIRST = Float64Array.from({ length: 16 }, (_, field) =>
  UNKNOWN_AT_FIRST.includes(field) ? -1 : 0,
);

/** What an exchange's log holds in pieces, by their kind, beside heads and bodies. */
export const PIECE = { failure: 0 } as const;

/** Where one direction of an exchange is, in its log. */
export interface MessagePlace {
  /** Numbers: bytes of the body in all, and of them those that were kept. */
  readonly bytes: number;
  readonly keptBytes: number;
  /** Pieces. The head of a request is the whole text of OPEN. */
  readonly head: number;
  readonly trailers: number;
  readonly body: number;
  /** Fields of the head before its lines. */
  readonly fields: number;
}

export const PLACES: Readonly<Record<'request' | 'response', MessagePlace>> = {
  request: { bytes: 12, keptBytes: 13, head: 1, trailers: 2, body: 3, fields: OPEN_FIELD.headers },
  response: { bytes: 14, keptBytes: 15, head: 4, trailers: 5, body: 6, fields: 2 },
};

/** A WebSocket that ended without a close frame (RFC 6455 section 7.1.5). */
export const NO_CLOSE = 1006;
