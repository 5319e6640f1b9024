import { ERRORS, type ErrorCode, type Side } from '@sellia/protocol';

interface ErrorKind {
  readonly side: Side;
  /** Trying again later may succeed without anybody changing anything. */
  readonly retryable: boolean;
  /** What the user can do; empty when the message says it all. */
  readonly hint: string;
}

/** What `connect` and a tunnel can fail with, beside the codes that cross the wire. */
export const CLIENT_ERRORS = {
  SELLIA_SERVER_INVALID: {
    side: 'client',
    retryable: false,
    hint: 'Give the relay as a URL, for example https://tunnel.example.com or http://localhost:3000.',
  },
  SELLIA_UPSTREAM_TARGET_INVALID: {
    side: 'client',
    retryable: false,
    hint: 'Give a port (8080), host:port, an http:// or https:// URL without a path, or unix:/path.',
  },
  SELLIA_OPTION_INVALID: { side: 'client', retryable: false, hint: '' },
  SELLIA_UNAUTHORIZED: {
    side: 'relay',
    retryable: false,
    hint: 'Check the API key: pass --api-key or set SELLIA_API_KEY.',
  },
  SELLIA_FORBIDDEN: {
    side: 'relay',
    retryable: false,
    hint: 'The server refuses this client; ask whoever runs it.',
  },
  SELLIA_NOT_A_RELAY: {
    side: 'relay',
    retryable: false,
    hint: 'Check the server URL: something answers there, but it is no Sellia relay.',
  },
  SELLIA_REDIRECTED: {
    side: 'relay',
    retryable: false,
    hint: 'Give the final URL of the relay; redirects are not followed, so that the key goes nowhere else.',
  },
  SELLIA_RELAY_BUSY: {
    side: 'relay',
    retryable: true,
    hint: 'The relay or the proxy before it takes no clients at the moment.',
  },
  SELLIA_RELAY_UNREACHABLE: {
    side: 'link',
    retryable: true,
    hint: 'Check the server URL, that the relay runs, and the network in between.',
  },
  SELLIA_RELAY_TIMEOUT: {
    side: 'link',
    retryable: true,
    hint: 'The relay did not answer in time; check the server URL and the network in between.',
  },
  SELLIA_RELAY_TLS: {
    side: 'relay',
    retryable: false,
    hint: 'Check the certificate of the relay, or use http:// for a relay without TLS.',
  },
  SELLIA_NAME_TAKEN: {
    side: 'relay',
    retryable: false,
    hint: 'Another client holds this name; choose another one or leave it out.',
  },
  SELLIA_NAME_INVALID: {
    side: 'client',
    retryable: false,
    hint: 'A name has 3 to 63 characters: a-z, 0-9 and inner hyphens.',
  },
  SELLIA_NAME_RESERVED: {
    side: 'client',
    retryable: false,
    hint: 'This name is kept for the relay itself; choose another one.',
  },
  SELLIA_TOO_MANY_TUNNELS: {
    side: 'relay',
    retryable: true,
    hint: 'Close a tunnel that is no longer needed.',
  },
  SELLIA_TUNNEL_REFUSED: { side: 'relay', retryable: false, hint: '' },
  SELLIA_TUNNEL_CLOSED: { side: 'relay', retryable: false, hint: '' },
  SELLIA_ABORTED: { side: 'client', retryable: false, hint: '' },
} as const satisfies Record<string, ErrorKind>;

export type ClientErrorCode = keyof typeof CLIENT_ERRORS;
export type SelliaErrorCode = ClientErrorCode | ErrorCode;

/** The page that has a paragraph on every code. */
const DOCS = 'docs/errors.md';

export interface SelliaErrorOptions extends ErrorOptions {
  /** Default 0. */
  readonly retryAfterMs?: number;
}

/** The only error that this package rejects with. Decide by `code`, never by the message. */
export class SelliaError extends Error {
  override readonly name = 'SelliaError';
  readonly code: SelliaErrorCode;
  /** Whose doing it was. */
  readonly side: Side;
  readonly retryable: boolean;
  /** What the user can do; may be empty. */
  readonly hint: string;
  /** Paragraph on this code. */
  readonly docsUrl: string;
  /** Milliseconds for which the relay asked not to be asked again; 0 when it did not say. */
  readonly retryAfterMs: number;

  constructor(code: SelliaErrorCode, message: string, hint?: string, options?: SelliaErrorOptions) {
    super(message, options);
    const kind = kindOf(code);
    this.code = code;
    this.side = kind.side;
    this.retryable = kind.retryable;
    this.hint = hint === undefined || hint === '' ? kind.hint : hint;
    this.docsUrl = `${DOCS}#${code.toLowerCase()}`;
    this.retryAfterMs = options?.retryAfterMs ?? 0;
  }
}

/** A code that the relay sent, as far as this version knows it. */
export function knownCode(code: string, otherwise: SelliaErrorCode): SelliaErrorCode {
  return Object.hasOwn(CLIENT_ERRORS, code) || Object.hasOwn(ERRORS, code)
    ? (code as SelliaErrorCode)
    : otherwise;
}

function kindOf(code: SelliaErrorCode): ErrorKind {
  if (Object.hasOwn(CLIENT_ERRORS, code)) return CLIENT_ERRORS[code as ClientErrorCode];
  return { ...ERRORS[code as ErrorCode], hint: '' };
}
