/**
 * Header rules, the one copy: both ends judge with these, since either neighbour may be hostile.
 * Lines are flat lists [name, value, name, value, ...]; nothing here changes its argument.
 */

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
// RFC 9110 section 5.5: visible, space, tab and obs-text; never NUL, CR, LF, DEL or another control.
const FIELD_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
/** No space, control, `#`: what may stand in a request line (RFC 9112 section 3.2). */
const TARGET = /^[\x21\x22\x24-\x7e]+$/;

export function isToken(text: string): boolean {
  return TOKEN.test(text);
}

export function isFieldValue(text: string): boolean {
  return FIELD_VALUE.test(text);
}

export function isReason(text: string): boolean {
  return FIELD_VALUE.test(text);
}

export function isTarget(text: string): boolean {
  return TARGET.test(text) && (text.startsWith('/') || text === '*');
}

/** The name of the first line that is not a valid header, or undefined. */
export function findBadHeader(lines: readonly string[]): string | undefined {
  for (let i = 0; i < lines.length; i += 2) {
    if (!TOKEN.test(lines[i] as string) || !FIELD_VALUE.test(lines[i + 1] as string)) {
      return lines[i] as string;
    }
  }
  return undefined;
}

/** First value of `name` (lower-case), or undefined. */
export function headerValue(lines: readonly string[], name: string): string | undefined {
  for (let i = 0; i < lines.length; i += 2) {
    if (sameName(lines[i] as string, name)) return lines[i + 1];
  }
  return undefined;
}

export function headerValues(lines: readonly string[], name: string): string[] {
  const values: string[] = [];
  for (let i = 0; i < lines.length; i += 2) {
    if (sameName(lines[i] as string, name)) values.push(lines[i + 1] as string);
  }
  return values;
}

/** The members of a comma-separated list header, lower-case, trimmed, empty ones left out. */
export function listMembers(lines: readonly string[], name: string): string[] {
  return headerValues(lines, name)
    .flatMap((value) => value.split(','))
    .map((member) => trimWhitespace(member).toLowerCase())
    .filter((member) => member !== '');
}

/** Without `lines` whose lower-case name `drop` says yes to. */
export function withoutHeaders(
  lines: readonly string[],
  drop: (name: string) => boolean,
): string[] {
  const kept: string[] = [];
  for (let i = 0; i < lines.length; i += 2) {
    const name = lines[i] as string;
    if (!drop(name.toLowerCase())) kept.push(name, lines[i + 1] as string);
  }
  return kept;
}

/** RFC 9110 section 7.6.1, and what proxies have always taken for one link's business. */
const HOP_BY_HOP = new Set([
  'connection',
  'proxy-connection',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-authentication-info',
]);

/** Set by the relay; a visitor's own are dropped unless it is a trusted proxy. */
const FORWARDING = new Set([
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-forwarded-port',
  'x-forwarded-server',
  'x-real-ip',
]);

/**
 * Names that `Connection` cannot delete. RFC 9110 section 7.6.1 forbids listing end-to-end
 * headers; a proxy that obeys such a list lets a visitor strip what the application trusts.
 */
const KEPT_FROM_CONNECTION = new Set([
  ...FORWARDING,
  'host',
  'content-length',
  'content-type',
  'content-encoding',
  'authorization',
  'cookie',
  'set-cookie',
  'date',
  'cache-control',
]);

export function isHopByHop(lowerName: string): boolean {
  return HOP_BY_HOP.has(lowerName);
}

export function isForwarding(lowerName: string): boolean {
  return FORWARDING.has(lowerName);
}

/**
 * `Transfer_Encoding` and `X.Forwarded.For` become the real names in CGI-like applications.
 * True for such a shadow, never for the real name.
 */
export function isShadow(lowerName: string): boolean {
  if (!lowerName.includes('_') && !lowerName.includes('.')) return false;
  const real = lowerName.replaceAll(/[_.]/g, '-');
  return (
    HOP_BY_HOP.has(real) ||
    FORWARDING.has(real) ||
    real === 'content-length' ||
    real === 'host' ||
    real.startsWith('x-sellia-')
  );
}

/** Headers that `Connection` names, as far as it may name them. */
export function connectionNamed(lines: readonly string[]): ReadonlySet<string> {
  const tokens = listMembers(lines, 'connection');
  if (tokens.length === 0) return NONE;
  return new Set(tokens.filter((name) => !KEPT_FROM_CONNECTION.has(name)));
}
const NONE: ReadonlySet<string> = new Set();

export type Framing =
  | { readonly kind: 'none' }
  | { readonly kind: 'length'; readonly length: number }
  | { readonly kind: 'chunked' }
  | { readonly kind: 'bad'; readonly reason: string };

const CONTENT_LENGTH = /^(0|[1-9][0-9]{0,15})$/;

/**
 * How a head frames its body, strictly: one Content-Length in plain digits, or one
 * Transfer-Encoding that is exactly `chunked`, never both (RFC 9112 section 6.3, without repairs).
 */
export function readFraming(lines: readonly string[]): Framing {
  let length: string | undefined;
  let coding: string | undefined;
  for (let i = 0; i < lines.length; i += 2) {
    const name = lines[i] as string;
    if (name.length === 14 && sameName(name, 'content-length')) {
      if (length !== undefined) return { kind: 'bad', reason: 'more than one Content-Length' };
      length = lines[i + 1] as string;
    } else if (name.length === 17 && sameName(name, 'transfer-encoding')) {
      if (coding !== undefined) return { kind: 'bad', reason: 'more than one Transfer-Encoding' };
      coding = lines[i + 1] as string;
    }
  }
  if (coding !== undefined) {
    if (length !== undefined) {
      return { kind: 'bad', reason: 'Content-Length with Transfer-Encoding' };
    }
    return coding.toLowerCase() === 'chunked'
      ? CHUNKED
      : { kind: 'bad', reason: 'Transfer-Encoding is not chunked' };
  }
  if (length === undefined) return NO_BODY;
  const value = Number(length);
  return CONTENT_LENGTH.test(length) && Number.isSafeInteger(value)
    ? { kind: 'length', length: value }
    : { kind: 'bad', reason: 'malformed Content-Length' };
}
const CHUNKED: Framing = { kind: 'chunked' };
const NO_BODY: Framing = { kind: 'none' };

/** A response to `method` with `status` has no body whatever its head says (RFC 9112 section 6.3). */
export function responseHasBody(method: string, status: number): boolean {
  return method !== 'HEAD' && status >= 200 && status !== 204 && status !== 304;
}

function sameName(name: string, lowerName: string): boolean {
  return name.length === lowerName.length && name.toLowerCase() === lowerName;
}

/**
 * Without spaces and tabs at its ends, which belong to no field value (RFC 9110 section 5.5). By hand:
 * `[ \t]+$` starts anew at every blank of a long run, 100 ms for a head full of them.
 */
export function trimWhitespace(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
