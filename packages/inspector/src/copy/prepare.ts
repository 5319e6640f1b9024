import {
  findBadHeader,
  headerValue,
  isForwarding,
  isHopByHop,
  isToken,
  trimWhitespace,
} from '@sellia/protocol';
import { maskBody } from './mask-body.ts';
import type { CopyOptions, CopyRequest } from './request.ts';
import { maskHeaders, maskTarget } from './secrets.ts';
import { asLatin1 } from './text.ts';

/** A request cut down to what a program is told; it finds the framing and the rest by itself. */
export interface PreparedRequest {
  readonly method: string;
  /** Printable ASCII without spaces. */
  readonly url: string;
  /** As in the URL, with its port. */
  readonly authority: string;
  /** What stands behind the authority: path and query; or `*`. */
  readonly target: string;
  /** Valid lines, one character a byte, values trimmed; a Host only where it is not the URL's. */
  readonly headers: readonly string[];
  readonly body: Uint8Array;
  /** There was a body, if only an empty one. */
  readonly hasBody: boolean;
  /** Grows while the text is written. */
  readonly warnings: string[];
}

/** `https://host*` is how the target `*` looks behind a host. */
const URL_SHAPE = /^(https?:\/\/)([^/?#*]*)([^#]*)/i;

/** Drops what belongs to one connection or was added on the way. Never throws. */
export function prepare(request: CopyRequest, options: CopyOptions = {}): PreparedRequest {
  const warnings: string[] = [];
  const url = options.masksSecrets ? maskTarget(request.url, options.more) : request.url;
  const clean = cleanUrl(url, warnings);
  const [, scheme = '', authority = '', rest = ''] = URL_SHAPE.exec(clean) ?? [];
  const target = rest === '*' || rest.startsWith('/') ? rest : `/${rest}`;
  if (scheme === '') warnings.push('The URL is neither http nor https.');
  const lines = options.masksSecrets ? maskHeaders(request.headers, options.more) : request.headers;
  return {
    method: cleanMethod(request.method, warnings),
    url: scheme === '' ? clean : `${scheme}${authority}${target === '*' ? '/' : target}`,
    authority,
    target,
    headers: sentHeaders(lines, authority, warnings),
    ...preparedBody(request, options, warnings),
    warnings,
  };
}

/**
 * Without the headers whose values a shell cannot carry, and a warning for each: a command line of
 * Windows is text in some code page, in which other bytes arrive changed.
 */
export function withCarried(
  request: PreparedRequest,
  isCarried: (value: string) => boolean,
): PreparedRequest {
  const headers: string[] = [];
  for (let at = 0; at < request.headers.length; at += 2) {
    const name = request.headers[at] as string;
    const value = request.headers[at + 1] as string;
    if (isCarried(value)) headers.push(name, value);
    else request.warnings.push(`${name} was left out: this shell would change its value.`);
  }
  return { ...request, headers };
}

function preparedBody(request: CopyRequest, options: CopyOptions, warnings: string[]) {
  const { headers, isBodyTruncated } = request;
  if (isBodyTruncated) {
    warnings.push(
      `Only the first ${request.body.length.toLocaleString('en-US')} bytes of the body were kept; the rest is missing.`,
    );
  }
  if (headerValue(headers, 'upgrade') !== undefined) {
    warnings.push('The request asked for another protocol (Upgrade); this asks for plain HTTP.');
  }
  const type = headerValue(headers, 'content-type') ?? '';
  const body = options.masksSecrets ? maskBody(request.body, type, options.more) : request.body;
  const hasFraming =
    headerValue(headers, 'content-length') !== undefined ||
    headerValue(headers, 'transfer-encoding') !== undefined;
  return { body, hasBody: body.length > 0 || hasFraming };
}

function sentHeaders(lines: readonly string[], authority: string, warnings: string[]): string[] {
  const sent: string[] = [];
  for (let at = 0; at + 1 < lines.length; at += 2) {
    const name = asLatin1(lines[at] as string);
    const value = trimWhitespace(asLatin1(lines[at + 1] as string));
    if (isDropped(name.toLowerCase(), value, authority)) continue;
    if (findBadHeader([name, value]) === undefined) sent.push(name, value);
    else warnings.push('A header that HTTP does not allow was left out.');
  }
  return sent;
}

/** Pseudo headers of HTTP/2 begin with a colon; captures of browsers have them. */
function isDropped(name: string, value: string, authority: string): boolean {
  return (
    isHopByHop(name) ||
    isForwarding(name) ||
    name === 'content-length' ||
    name.startsWith('proxy-') ||
    name.startsWith('x-sellia-') ||
    name.startsWith(':') ||
    (name === 'host' && value.toLowerCase() === authority.toLowerCase())
  );
}

function cleanMethod(method: string, warnings: string[]): string {
  if (isToken(method)) return method;
  warnings.push('The method was none that HTTP allows; GET stands in its place.');
  return 'GET';
}

function cleanUrl(url: string, warnings: string[]): string {
  const latin1 = asLatin1(url);
  const clean = latin1.replaceAll(/[^!-~]/g, percent);
  if (clean !== latin1) warnings.push('Characters that no URL may have are percent-encoded.');
  return clean;
}

function percent(byte: string): string {
  return `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}
