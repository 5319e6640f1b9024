import { STATUS_CODES } from 'node:http';

/** One answer that the relay makes itself. */
export interface Failure {
  readonly status: number;
  /** Seconds for `Retry-After`, where trying again is worth it. */
  readonly retryAfter?: number;
  /** One line for whoever asked. It names nothing that only the tunnel's owner should know. */
  readonly reason: string;
  /** What they can do. */
  readonly hint: string;
  /** Further header lines that the status requires. */
  readonly headers?: readonly string[];
}

const TRY_LATER = 'Try again in a moment.';
const TELL_OWNER = 'If this is your tunnel, look at the output of the sellia client.';
const FIX_REQUEST = 'The program that sent it must be changed; nothing was passed on.';
const ALLOW = ['Allow', 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS'];

/** THE table: every answer of the relay, to visitors, to clients, and about tunnels. */
export const FAILURES = {
  // The visitor's request.
  SELLIA_BAD_REQUEST: {
    status: 400,
    reason: 'The request is not valid HTTP/1.1.',
    hint: FIX_REQUEST,
  },
  SELLIA_BAD_HOST: {
    status: 400,
    reason: 'The request needs exactly one valid Host header that agrees with its target.',
    hint: FIX_REQUEST,
  },
  SELLIA_BAD_UPGRADE: {
    status: 400,
    reason: 'The WebSocket handshake is not valid.',
    hint: 'It must be a GET without a body, with one Sec-WebSocket-Key of 16 bytes (RFC 6455).',
  },
  SELLIA_UPGRADE_VERSION: {
    status: 426,
    reason: 'Only version 13 of the WebSocket protocol is spoken here.',
    hint: 'Update the WebSocket library of the program that connects.',
    headers: ['Sec-WebSocket-Version', '13', 'Upgrade', 'websocket'],
  },
  SELLIA_METHOD_NOT_ALLOWED: {
    status: 405,
    reason: 'CONNECT and TRACE do not pass through a tunnel.',
    hint: 'Use another method.',
    headers: ALLOW,
  },
  SELLIA_REQUEST_TIMEOUT: {
    status: 408,
    reason: 'The request did not arrive in time.',
    hint: 'Check the connection, then send it again.',
  },
  SELLIA_CHUNK_OVERHEAD: {
    status: 413,
    reason: 'The chunks of the request carry far more overhead than content.',
    hint: FIX_REQUEST,
  },
  SELLIA_EXPECTATION_FAILED: {
    status: 417,
    reason: 'No expectation but 100-continue can be met.',
    hint: 'Send the request without the Expect header.',
  },
  SELLIA_HEAD_TOO_LARGE: {
    status: 431,
    reason: 'The request line and headers are too large or too many.',
    hint: 'Delete cookies of this site, or send fewer and shorter headers.',
  },
  SELLIA_HTTP_VERSION: {
    status: 505,
    reason: 'Only HTTP/1.1 and HTTP/1.0 are spoken here.',
    hint: 'Send the request as HTTP/1.1.',
  },

  // The way to the tunnel.
  SELLIA_TUNNEL_NOT_FOUND: {
    status: 404,
    reason: 'There is no tunnel at this address.',
    hint: 'Check the address. If the tunnel is yours, start its client again.',
  },
  SELLIA_NOT_FOUND: {
    status: 404,
    reason: 'The relay itself has no such page.',
    hint: 'Tunnels are at addresses of their own, one level below this one.',
  },
  SELLIA_LOOP: {
    status: 508,
    reason: 'The request went in a circle: the tunnel leads back to its relay.',
    hint: 'Let the tunnel forward to the local server, not to its own public address.',
  },
  SELLIA_TUNNEL_BUSY: {
    status: 503,
    retryAfter: 1,
    reason: 'The tunnel has as many requests under way as it takes.',
    hint: TRY_LATER,
  },
  SELLIA_CLIENT_OFFLINE: {
    status: 503,
    retryAfter: 5,
    reason: 'The client of this tunnel is not connected at the moment.',
    hint: TRY_LATER,
  },
  SELLIA_LINK_LOST: {
    status: 502,
    retryAfter: 5,
    reason: 'The connection to the client of this tunnel was lost.',
    hint: TRY_LATER,
  },
  SELLIA_GOING_AWAY: {
    status: 503,
    retryAfter: 5,
    reason: 'The relay or the client of this tunnel is shutting down.',
    hint: TRY_LATER,
  },
  SELLIA_REFUSED: {
    status: 503,
    retryAfter: 1,
    reason: 'The client of this tunnel did not take the request.',
    hint: TRY_LATER,
  },
  SELLIA_PROTOCOL: {
    status: 502,
    reason: 'The client of this tunnel broke the protocol.',
    hint: TELL_OWNER,
  },
  SELLIA_INTERNAL: {
    status: 500,
    reason: 'Something inside the tunnel failed.',
    hint: 'Try again; if it happens again, report it.',
  },

  // Behind the tunnel.
  SELLIA_UPSTREAM_REFUSED: {
    status: 502,
    reason: 'Nothing answers at the address the tunnel forwards to.',
    hint: 'If this is your tunnel, start the local server, or give the client its right port.',
  },
  SELLIA_UPSTREAM_UNREACHABLE: {
    status: 502,
    reason: 'The address the tunnel forwards to cannot be reached.',
    hint: TELL_OWNER,
  },
  SELLIA_UPSTREAM_RESET: {
    status: 502,
    reason: 'The local server closed the connection without an answer.',
    hint: TELL_OWNER,
  },
  SELLIA_UPSTREAM_TIMEOUT: {
    status: 504,
    reason: 'The local server did not answer in time.',
    hint: TELL_OWNER,
  },
  SELLIA_UPSTREAM_CONNECT_TIMEOUT: {
    status: 504,
    reason: 'The local server did not take the connection in time.',
    hint: TELL_OWNER,
  },
  SELLIA_UPSTREAM_INVALID: {
    status: 502,
    reason: 'The local server answered with something that is not valid HTTP.',
    hint: TELL_OWNER,
  },
  SELLIA_UPSTREAM_HEAD_TOO_LARGE: {
    status: 502,
    reason: 'The headers of the local server are too large or too many.',
    hint: TELL_OWNER,
  },
  SELLIA_UPSTREAM_TLS: {
    status: 502,
    reason: 'The certificate of the local server is not trusted.',
    hint: 'If this is your tunnel, start the client with --insecure-upstream to accept it.',
  },
  SELLIA_BODY_LENGTH: {
    status: 502,
    reason: 'A body was shorter or longer than announced.',
    hint: TELL_OWNER,
  },

  // A client's control socket.
  SELLIA_UNAUTHORIZED: {
    status: 401,
    reason: 'This relay takes only clients with a valid key.',
    hint: 'Pass --api-key or set SELLIA_API_KEY.',
    headers: ['WWW-Authenticate', 'Bearer realm="sellia"'],
  },
  SELLIA_ORIGIN_REFUSED: {
    status: 403,
    reason: 'The control socket is not for web pages.',
    hint: 'Connect with a Sellia client.',
  },
  SELLIA_SUBPROTOCOL: {
    status: 400,
    reason: 'The control socket speaks the subprotocol sellia.v1.',
    hint: 'Connect with a Sellia client of this version.',
  },
  SELLIA_TOO_MANY_SESSIONS: {
    status: 503,
    retryAfter: 10,
    reason: 'The relay has as many clients as it takes.',
    hint: TRY_LATER,
  },
  SELLIA_TOO_MANY_ATTACHES: {
    status: 503,
    retryAfter: 1,
    reason: 'More clients are coming back to the relay at once than it takes in at a time.',
    hint: 'Nothing is wrong: the client tries again when the relay has asked it to.',
  },

  // A client's tunnel. The status is what an HTTP API would say; the control socket says the code.
  SELLIA_NAME_INVALID: {
    status: 400,
    reason: 'This is not a valid name.',
    hint: 'A name has 3 to 63 characters: a-z, 0-9 and inner hyphens.',
  },
  SELLIA_NAME_RESERVED: {
    status: 403,
    reason: 'This name is reserved.',
    hint: 'Choose another one, or leave it out to get a random one.',
  },
  SELLIA_NAME_TAKEN: {
    status: 409,
    reason: 'Another client holds this name.',
    hint: 'Choose another one, or leave it out to get a random one.',
  },
  SELLIA_KIND_UNSUPPORTED: {
    status: 501,
    reason: 'This relay has no tunnels of that kind.',
    hint: 'Update the relay, or ask for an http tunnel.',
  },
  SELLIA_TOO_MANY_TUNNELS: {
    status: 429,
    reason: 'This client has as many tunnels as one session may hold.',
    hint: 'Close a tunnel that is no longer needed.',
  },
} as const satisfies Record<string, Failure>;

export type FailureCode = keyof typeof FAILURES;

/** The row of `code`, as far as the caller needs to know it. */
export function failureOf(code: FailureCode): Failure {
  return FAILURES[code];
}

/**
 * What a visitor is told of a code that came over the wire before any response head: its own row
 * where there is one, a plain 502 for the rest.
 */
export function failureFromWire(code: string): FailureCode {
  return isFailureCode(code) && failureOf(code).status >= 500 ? code : 'SELLIA_PROTOCOL';
}

function isFailureCode(code: string): code is FailureCode {
  return Object.hasOwn(FAILURES, code);
}

/** Where the paragraph on a code is. */
export function docsOf(code: string): string {
  return `docs/errors.md#${code.toLowerCase()}`;
}

export function statusText(status: number): string {
  return STATUS_CODES[status] ?? '';
}
