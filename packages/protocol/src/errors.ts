/** Whose doing it was: the first question of anybody who reads an error. */
export type Side = 'visitor' | 'relay' | 'link' | 'client' | 'upstream';

interface ErrorKind {
  /** Number in RESET, STOP and GOAWAY. Never reused, never renumbered. */
  readonly wire: number;
  readonly side: Side;
  /** The same attempt may succeed later, or on another session. */
  readonly retryable: boolean;
}

/** Codes that cross the wire. What each answers to a visitor is in the relay's table of failures. */
export const ERRORS = {
  SELLIA_CANCELLED: { wire: 1, side: 'visitor', retryable: false },
  SELLIA_REFUSED: { wire: 2, side: 'client', retryable: true },
  SELLIA_STOPPED: { wire: 3, side: 'link', retryable: false },
  SELLIA_INTERNAL: { wire: 4, side: 'relay', retryable: true },
  SELLIA_LINK_LOST: { wire: 5, side: 'link', retryable: true },
  SELLIA_IDLE: { wire: 6, side: 'visitor', retryable: true },
  SELLIA_BODY_LENGTH: { wire: 7, side: 'upstream', retryable: false },

  SELLIA_UPSTREAM_REFUSED: { wire: 16, side: 'upstream', retryable: true },
  SELLIA_UPSTREAM_UNREACHABLE: { wire: 17, side: 'upstream', retryable: true },
  SELLIA_UPSTREAM_RESET: { wire: 18, side: 'upstream', retryable: true },
  SELLIA_UPSTREAM_TIMEOUT: { wire: 19, side: 'upstream', retryable: true },
  SELLIA_UPSTREAM_CONNECT_TIMEOUT: { wire: 20, side: 'upstream', retryable: true },
  SELLIA_UPSTREAM_INVALID: { wire: 21, side: 'upstream', retryable: false },
  SELLIA_UPSTREAM_HEAD_TOO_LARGE: { wire: 22, side: 'upstream', retryable: false },
  SELLIA_UPSTREAM_TLS: { wire: 23, side: 'upstream', retryable: false },
  SELLIA_BAD_REQUEST: { wire: 24, side: 'visitor', retryable: false },

  SELLIA_PROTOCOL: { wire: 64, side: 'link', retryable: true },
  SELLIA_FLOW_CONTROL: { wire: 65, side: 'link', retryable: true },
  SELLIA_FRAME_TOO_LARGE: { wire: 66, side: 'link', retryable: true },
  SELLIA_TOO_MANY_FRAMES: { wire: 67, side: 'link', retryable: true },
  SELLIA_HELLO_TIMEOUT: { wire: 68, side: 'link', retryable: true },
  SELLIA_VERSION: { wire: 69, side: 'link', retryable: false },
  SELLIA_HEARTBEAT: { wire: 70, side: 'link', retryable: true },
  SELLIA_GOING_AWAY: { wire: 71, side: 'relay', retryable: true },
  SELLIA_TOO_MANY_STREAMS: { wire: 72, side: 'link', retryable: true },
  SELLIA_RESUME_REFUSED: { wire: 73, side: 'link', retryable: true },
  SELLIA_KEPT_FULL: { wire: 74, side: 'relay', retryable: true },
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof ERRORS;

const byWire = new Map<number, ErrorCode>(
  Object.entries(ERRORS).map(([code, kind]) => [kind.wire, code as ErrorCode]),
);

/** The code of a wire number; a number from a newer peer reads as internal. */
export function codeOf(wire: number): ErrorCode {
  return byWire.get(wire) ?? 'SELLIA_INTERNAL';
}

export function wireOf(code: ErrorCode): number {
  return ERRORS[code].wire;
}

/** The peer broke the protocol. Thrown by decoder and mux; the session answers GOAWAY with `code`. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, reason: string) {
    super(reason);
    this.code = code;
  }
}
