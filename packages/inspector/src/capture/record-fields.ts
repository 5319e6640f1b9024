/** Numbers of an exchange, by their place in its log. Milliseconds; -1 for what has not happened. */
export const FIELD = {
  startedAt: 0,
  kind: 1,
  state: 2,
  scheme: 3,
  status: 4,
  firstByteMs: 5,
  durationMs: 6,
  relayMs: 7,
  visitorFirstByteMs: 8,
  visitorTotalMs: 9,
  connectMs: 10,
  isReused: 11,
  requestSentMs: 12,
  /** Not 0: bodies are counted, and none are to be kept. */
  isOnlyCounted: 13,
  hasVisitor: 14,
} as const;

const UNKNOWN_AT_FIRST: readonly number[] = [
  FIELD.firstByteMs,
  FIELD.durationMs,
  FIELD.relayMs,
  FIELD.visitorFirstByteMs,
  FIELD.visitorTotalMs,
  FIELD.connectMs,
  FIELD.requestSentMs,
];

/** What they are at first. */
export const AT_FIRST = Float64Array.from({ length: 19 }, (_, field) =>
  UNKNOWN_AT_FIRST.includes(field) ? -1 : 0,
);

/** What an exchange's log holds in pieces, by their kind. */
export const PIECE = { opening: 0, failure: 1 } as const;

/** Where one direction of an exchange is, in its log. */
export interface MessagePlace {
  /** Numbers: bytes of the body in all, and of them those that were kept. */
  readonly bytes: number;
  readonly keptBytes: number;
  /** Pieces. */
  readonly head: number;
  readonly trailers: number;
  readonly body: number;
  /** Fields of the head before its lines. */
  readonly fields: number;
}

export const PLACES: Readonly<Record<'request' | 'response', MessagePlace>> = {
  request: { bytes: 15, keptBytes: 16, head: 2, trailers: 3, body: 4, fields: 2 },
  response: { bytes: 17, keptBytes: 18, head: 5, trailers: 6, body: 7, fields: 2 },
};

/** A WebSocket that ended without a close frame (RFC 6455 section 7.1.5). */
export const NO_CLOSE = 1006;
