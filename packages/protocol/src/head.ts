import { ProtocolError } from './errors.ts';
import { isTarget, isToken } from './headers.ts';
import { HEADER_LINES_MAX } from './limits.ts';

/**
 * Heads travel as latin1 fields, each ended by the next NUL, which no field can hold. Header lines
 * keep order, case and number: [name, value, name, value, ...], as Node's `rawHeaders` has them.
 */
export type HeaderLines = string[];

/** What carries the stream: an exchange, an upgraded connection, a TCP connection, node-to-node. */
export type StreamKind = 'http' | 'upgrade' | 'tcp' | 'splice';
const KINDS: readonly string[] = ['http', 'upgrade', 'tcp', 'splice'] satisfies StreamKind[];

export interface RequestHead {
  readonly method: string;
  /** Byte for byte as the visitor sent it, in origin form or `*`. */
  readonly target: string;
  readonly headers: HeaderLines;
}

export interface ResponseHead {
  readonly status: number;
  readonly reason: string;
  readonly headers: HeaderLines;
}

/** What OPEN says of a stream, before the head. */
export interface Opening {
  readonly kind: StreamKind;
  /** Number of the tunnel within the session. */
  readonly tunnel: number;
  readonly visitorAddress: string;
  readonly visitorPort: number;
  readonly scheme: 'http' | 'https';
  /** `TLSv1.3` and the like; empty without TLS. */
  readonly tlsVersion: string;
  readonly requestId: string;
  /** Relays passed before this one. */
  readonly hops: number;
  /** Unix time in milliseconds at which the relay had the head. */
  readonly receivedAt: number;
  /** The visitor said `TE: trailers`. */
  readonly acceptsTrailers: boolean;
}

export interface OpenHead {
  readonly opening: Opening;
  readonly request: RequestHead;
  /** What it was read from: fields of the opening, then those of the request. */
  readonly text?: string;
}

/** Where the text of OPEN has its fields; header lines follow. */
export const OPEN_FIELD = {
  kind: 0,
  tunnel: 1,
  visitorAddress: 2,
  visitorPort: 3,
  scheme: 4,
  tlsVersion: 5,
  requestId: 6,
  hops: 7,
  receivedAt: 8,
  acceptsTrailers: 9,
  method: 10,
  target: 11,
  headers: 12,
} as const;

export function encodeOpen(opening: Opening, request: RequestHead): string {
  const { kind, tunnel, visitorAddress, visitorPort, scheme, tlsVersion, requestId } = opening;
  const trailers = opening.acceptsTrailers ? 't' : '';
  const lines = request.headers.length === 0 ? '' : `\0${request.headers.join('\0')}`;
  return `${kind}\0${tunnel}\0${visitorAddress}\0${visitorPort}\0${scheme}\0${tlsVersion}\0${requestId}\0${opening.hops}\0${opening.receivedAt}\0${trailers}\0${request.method}\0${request.target}${lines}`;
}

/** Throws ProtocolError when a field is not what it must be: the relay may be hostile, too. */
export function decodeOpen(text: string): OpenHead {
  const fields = text.split('\0');
  const kind = fields[OPEN_FIELD.kind] as StreamKind;
  const scheme = fields[OPEN_FIELD.scheme];
  if (!KINDS.includes(kind)) throw broken('unknown kind of stream');
  if (scheme !== 'http' && scheme !== 'https') throw broken('unknown scheme');
  const opening: Opening = {
    kind,
    scheme,
    tunnel: wholeNumber(fields[OPEN_FIELD.tunnel]),
    visitorAddress: fields[OPEN_FIELD.visitorAddress] as string,
    visitorPort: wholeNumber(fields[OPEN_FIELD.visitorPort]),
    tlsVersion: fields[OPEN_FIELD.tlsVersion] as string,
    requestId: fields[OPEN_FIELD.requestId] as string,
    hops: wholeNumber(fields[OPEN_FIELD.hops]),
    receivedAt: wholeNumber(fields[OPEN_FIELD.receivedAt]),
    acceptsTrailers: fields[OPEN_FIELD.acceptsTrailers] === 't',
  };
  const method = fields[OPEN_FIELD.method] ?? '';
  const target = fields[OPEN_FIELD.target] ?? '';
  if (!isToken(method)) throw broken('bad method');
  if (!isTarget(target)) throw broken('bad request target');
  return {
    opening,
    request: { method, target, headers: linesFrom(text, fields, OPEN_FIELD.headers) },
    text,
  };
}

export function encodeResponse(status: number, reason: string, headers: HeaderLines): string {
  const lines = headers.length === 0 ? '' : `\0${headers.join('\0')}`;
  return `${status}\0${reason}${lines}`;
}

/** Throws ProtocolError on anything that must not be written to a visitor. */
export function decodeResponse(text: string): ResponseHead {
  const fields = text.split('\0');
  const status = wholeNumber(fields[0]);
  const reason = fields[1];
  if (reason === undefined) throw broken('no reason field');
  if (status < 100 || status > 599) throw broken(`status ${status}`);
  return { status, reason, headers: linesFrom(text, fields, 2) };
}

export function encodeTrailers(headers: HeaderLines): string {
  return headers.join('\0');
}

export function decodeTrailers(text: string): HeaderLines {
  return text === '' ? [] : linesFrom(text, text.split('\0'), 0);
}

/** What no field may hold; NUL stands between them. One look at the whole instead of one a line. */
const CONTROL = /[^\0\t -~\x80-\xff]/;

function linesFrom(text: string, fields: string[], start: number): HeaderLines {
  if (CONTROL.test(text)) throw broken('a control character');
  const lines = fields.slice(start);
  if (lines.length % 2 !== 0) throw broken('header name without a value');
  if (lines.length > 2 * HEADER_LINES_MAX) throw broken('too many header lines');
  for (let i = 0; i < lines.length; i += 2) {
    if (!isToken(lines[i] as string)) throw broken(`bad header name ${JSON.stringify(lines[i])}`);
  }
  return lines;
}

function wholeNumber(field: string | undefined): number {
  if (field === undefined || !/^(0|[1-9][0-9]{0,15})$/.test(field)) throw broken('bad number');
  return Number(field);
}

function broken(reason: string): ProtocolError {
  return new ProtocolError('SELLIA_PROTOCOL', `head: ${reason}`);
}
