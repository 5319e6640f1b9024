import { connectionNamed, limits, withoutHeaders } from '@sellia/protocol';
import type { FailureCode } from '../failures.ts';
import { Rule, ruleOf } from './header-rules.ts';
import type { HostReader, HostRoute, RoutedHost } from './host.ts';
import { agrees, parseTarget } from './target.ts';

/** What a parser has read of a request, before anybody believed it. */
export interface RawRequest {
  readonly method: string;
  readonly url: string;
  readonly httpVersionMajor: number;
  readonly httpVersionMinor: number;
  /** Flat: name, value, name, value, ... */
  readonly rawHeaders: readonly string[];
}

/** A request that may go to a tunnel. */
export interface CheckedRequest {
  readonly method: string;
  /** Origin form or `*`. */
  readonly target: string;
  /** As the visitor wrote it; empty for HTTP/1.0 without one. */
  readonly hostHeader: string;
  readonly host: RoutedHost | undefined;
  readonly route: HostRoute;
  /** What travels, in order; forwarding lines are not among them. */
  readonly headers: string[];
  /** Forwarding lines as received, for a trusted proxy's sake. */
  readonly forwarding: readonly string[];
  readonly hasBody: boolean;
  readonly isChunked: boolean;
  readonly acceptsTrailers: boolean;
  /** The body waits for a 100 from the upstream. */
  readonly expectsContinue: boolean;
  /** Relays it has passed already. */
  readonly hops: number;
  /** To another protocol, whose bytes may follow: nothing behind this request is a request. */
  readonly offersUpgrade: boolean;
  /** The visitor numbers its own requests. */
  readonly hasRequestId: boolean;
}

/** Why a request is not passed on. */
export interface RefusedRequest {
  readonly refused: FailureCode;
}

export function isRefused(verdict: object): verdict is RefusedRequest {
  return 'refused' in verdict;
}

export interface RequestBounds {
  readonly hosts: HostReader;
  readonly headerLines: number;
  /** How the request came. */
  readonly scheme: 'http' | 'https';
}

/**
 * Judges what node:http lets through (RFC 9112 sections 3 and 6.3, nothing repaired): one framing,
 * one valid Host that agrees with the target, a target that may travel. One pass over the headers.
 */
export function checkRequest(
  raw: RawRequest,
  bounds: RequestBounds,
): CheckedRequest | RefusedRequest {
  const early = refuseStartLine(raw);
  if (early !== undefined) return refuse(early);
  if (raw.rawHeaders.length > 2 * bounds.headerLines) return refuse('SELLIA_HEAD_TOO_LARGE');
  const lines = new SortedLines(raw);
  if (lines.isBad) return refuse('SELLIA_BAD_REQUEST');
  const target = parseTarget(raw.method, raw.url, bounds.scheme);
  if (target === undefined) return refuse('SELLIA_BAD_REQUEST');
  const host = lines.host === undefined ? undefined : bounds.hosts.read(lines.host);
  if (host === undefined && (lines.host !== undefined || raw.httpVersionMinor === 1)) {
    return refuse('SELLIA_BAD_HOST');
  }
  const { authority } = target;
  if (authority !== undefined && (!host || !agrees(authority, host, bounds.scheme))) {
    return refuse('SELLIA_BAD_HOST');
  }
  if (lines.expectsMore) return refuse('SELLIA_EXPECTATION_FAILED');
  if (lines.hops >= limits.HOPS_MAX) return refuse('SELLIA_LOOP');
  return lines.checked(raw.method, target.target, host);
}

function refuseStartLine(raw: RawRequest): FailureCode | undefined {
  // 0.9 is what the parser makes of a request line without a version.
  if (raw.httpVersionMajor === 0) return 'SELLIA_BAD_REQUEST';
  if (raw.httpVersionMajor !== 1) return 'SELLIA_HTTP_VERSION';
  if (raw.method === 'TRACE' || raw.method === 'CONNECT') return 'SELLIA_METHOD_NOT_ALLOWED';
  return undefined;
}

function refuse(refused: FailureCode): RefusedRequest {
  return { refused };
}

const CONTENT_LENGTH = /^(?:0|[1-9][0-9]{0,15})$/;
/** Values of `Connection` that name no header of the request. */
const PLAIN_CONNECTION = /^(?:keep-alive|close|upgrade|te)$/i;
const TRAILERS = /(?:^|[ \t,])trailers(?:$|[ \t,;])/i;

const NONE: readonly string[] = [];
/** HTTP/1.0 may come without a Host. */
const FOREIGN: HostRoute = { kind: 'foreign' };

/** The header lines of one request, each looked at once and put where it belongs. */
class SortedLines {
  host: string | undefined;
  hops = 0;
  isBad = false;
  /** Than 100-continue. */
  expectsMore = false;
  readonly #isOld: boolean;
  readonly #raw: readonly string[];
  readonly #kept: string[] = [];
  #forwarding: string[] | undefined;
  #length: string | undefined;
  #isChunked = false;
  #namesOthers = false;
  #acceptsTrailers = false;
  #expectsContinue = false;
  #offersUpgrade = false;
  #hasRequestId = false;

  constructor({ rawHeaders, httpVersionMinor }: RawRequest) {
    this.#isOld = httpVersionMinor === 0;
    this.#raw = rawHeaders;
    for (let i = 0; i < rawHeaders.length; i += 2) {
      const name = rawHeaders[i] as string;
      const value = rawHeaders[i + 1] as string;
      const rule = ruleOf(name);
      if (rule === Rule.Keep || this.#sort(rule, value)) this.#kept.push(name, value);
      else if (rule === Rule.Forwarding) this.#keepForwarding(name, value);
    }
  }

  checked(method: string, target: string, host: RoutedHost | undefined): CheckedRequest {
    const named = this.#namesOthers ? connectionNamed(this.#raw) : undefined;
    const headers = named ? withoutHeaders(this.#kept, (name) => named.has(name)) : this.#kept;
    return {
      method,
      target,
      hostHeader: this.host ?? '',
      host,
      route: host?.route ?? FOREIGN,
      headers,
      forwarding: this.#forwarding ?? NONE,
      hasBody: this.#isChunked || (this.#length !== undefined && this.#length !== '0'),
      isChunked: this.#isChunked,
      acceptsTrailers: this.#acceptsTrailers,
      expectsContinue: this.#expectsContinue,
      hops: this.hops,
      offersUpgrade: this.#offersUpgrade,
      hasRequestId: this.#hasRequestId,
    };
  }

  #keepForwarding(name: string, value: string): void {
    this.#forwarding ??= [];
    this.#forwarding.push(name, value);
  }

  /** True when the line travels in its place. */
  #sort(rule: Rule, value: string): boolean {
    switch (rule) {
      case Rule.Host:
        if (this.host !== undefined) this.isBad = true;
        this.host = value;
        return true;
      case Rule.ContentLength:
        return this.#sortLength(value);
      case Rule.TransferEncoding:
        if (this.#isChunked || this.#isOld || this.#length !== undefined) this.isBad = true;
        if (value.toLowerCase() !== 'chunked') this.isBad = true;
        this.#isChunked = true;
        return false;
      case Rule.Connection:
        if (!PLAIN_CONNECTION.test(value)) this.#namesOthers = true;
        return false;
      case Rule.Te:
        if (TRAILERS.test(value)) this.#acceptsTrailers = !this.#isOld;
        return false;
      case Rule.Expect:
        return this.#sortExpect(value);
      case Rule.Hop:
        this.hops = Math.max(this.hops, /^\d{1,3}$/.test(value) ? Number(value) : 0);
        return false;
      case Rule.Upgrade:
        this.#offersUpgrade = true;
        return false;
      case Rule.RequestId:
        this.#hasRequestId = true;
        return true;
      case Rule.SetCookie:
        return true;
      default:
        return false;
    }
  }

  /** HTTP/1.0 knows no interim responses, so nothing is expected (RFC 9110 section 10.1.1). */
  #sortExpect(value: string): boolean {
    if (this.#isOld) return false;
    if (this.#expectsContinue || value.toLowerCase() !== '100-continue') this.expectsMore = true;
    this.#expectsContinue = true;
    return true;
  }

  #sortLength(value: string): boolean {
    if (this.#length !== undefined || this.#isChunked) this.isBad = true;
    if (!CONTENT_LENGTH.test(value) || !Number.isSafeInteger(Number(value))) this.isBad = true;
    this.#length = value;
    return true;
  }
}
