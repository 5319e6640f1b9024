import {
  connectionNamed,
  type HeaderLines,
  ProtocolError,
  type ResponseHead,
  responseHasBody,
  withoutHeaders,
} from '@sellia/protocol';
import { Rule, ruleOf } from './header-rules.ts';

/** A response head that may be written to a visitor. */
export interface VisitorHead {
  readonly status: number;
  readonly reason: string;
  readonly lines: HeaderLines;
  /** False: no body follows, whatever the lines say. */
  readonly hasBody: boolean;
  /** Bytes of the body; -1 when its end tells. */
  readonly length: number;
}

const CONTENT_LENGTH = /^(?:0|[1-9][0-9]{0,15})$/;

/**
 * Judges a final response head from a client as strictly as a visitor's request, since the client
 * may be hostile: names and values were judged when it was decoded; here it is the framing (RFC
 * 9112 section 6.3). Throws ProtocolError: an honest client has refused such a head itself. Takes
 * over `head.headers`.
 */
export function checkResponse(head: ResponseHead, method: string, domain: string): VisitorHead {
  if (head.status < 200) throw broken(`final status ${head.status}`);
  const { headers } = head;
  let named: ReadonlySet<string> | undefined;
  let length = -1;
  let kept = 0;
  // Lines move up over those that are dropped, mostly none.
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] as string;
    let value = headers[i + 1] as string;
    switch (ruleOf(name)) {
      case Rule.TransferEncoding:
        throw broken('Transfer-Encoding in a response');
      case Rule.ContentLength:
        if (length >= 0 || !isLength(value)) throw broken('Content-Length of a response');
        length = Number(value);
        break;
      case Rule.SetCookie:
        value = withoutWideDomain(value, domain);
        break;
      case Rule.Connection:
        named ??= connectionNamed(headers.slice(i));
        continue;
      case Rule.Drop:
      case Rule.Upgrade:
      case Rule.Te:
      case Rule.Hop:
        continue;
    }
    headers[kept++] = name;
    headers[kept++] = value;
  }
  headers.length = kept;
  return {
    status: head.status,
    reason: head.reason,
    lines: named === undefined || named.size === 0 ? headers : withoutNames(headers, named),
    hasBody: responseHasBody(method, head.status),
    length,
  };
}

/** Judges an interim head: it frames nothing, so it may not try to. */
export function checkInterim(head: ResponseHead): HeaderLines {
  if (head.status > 199 || head.status === 101) throw broken(`interim status ${head.status}`);
  return withoutHeaders(head.headers, (name) => {
    const rule = ruleOf(name);
    if (rule === Rule.ContentLength || rule === Rule.TransferEncoding) {
      throw broken('an interim response with a body');
    }
    return rule !== Rule.Keep;
  });
}

/** The lines of a 101 that travel; `Connection` and `Upgrade` are written anew. */
export function checkSwitch(head: ResponseHead, domain: string): HeaderLines {
  const { lines, length } = checkResponse({ ...head, status: 200 }, 'GET', domain);
  if (length >= 0) throw broken('a 101 with a body');
  return lines;
}

/**
 * A cookie for the relay's domain, or one above it, would reach every other tunnel: such a Domain
 * is left out, which leaves a cookie for the tunnel alone (RFC 6265 section 5.2.3).
 */
export function withoutWideDomain(cookie: string, domain: string): string {
  if (!/;\s*domain/i.test(cookie)) return cookie;
  const [pair = '', ...attributes] = cookie.split(';');
  const kept = attributes.filter((attribute) => {
    const [name = '', value = ''] = attribute.split('=');
    if (name.trim().toLowerCase() !== 'domain') return true;
    const wanted = value
      .trim()
      .toLowerCase()
      .replace(/^\.|\.$/g, '');
    return wanted !== domain && !domain.endsWith(`.${wanted}`);
  });
  return [pair, ...kept].join(';');
}

function isLength(value: string): boolean {
  return CONTENT_LENGTH.test(value) && Number.isSafeInteger(Number(value));
}

function withoutNames(lines: HeaderLines, names: ReadonlySet<string>): HeaderLines {
  return withoutHeaders(lines, (name) => names.has(name));
}

function broken(reason: string): ProtocolError {
  return new ProtocolError('SELLIA_PROTOCOL', reason);
}
