import { isTarget } from '@sellia/protocol';
import { type Authority, parseAuthority } from './host.ts';

/** What a request line asks for. */
export interface Target {
  /** Origin form or `*`, byte for byte the visitor's. */
  readonly target: string;
  /** Of the absolute form; must agree with Host. */
  readonly authority: Authority | undefined;
}

/** Scheme and authority of an absolute-form target, then the rest. */
const ABSOLUTE = /^(https?):\/\/([^/?]*)(.*)$/i;

/**
 * Reads a request target (RFC 9112 section 3.2); undefined when it is none that may travel. Nothing
 * is normalised. `scheme` is how the request came: a target of another scheme is not for us.
 */
export function parseTarget(
  method: string,
  raw: string,
  scheme: 'http' | 'https',
): Target | undefined {
  if (raw.startsWith('/')) return isTarget(raw) ? origin(raw) : undefined;
  if (raw === '*') return method === 'OPTIONS' ? origin('*') : undefined;
  const [, written, host, rest = ''] = ABSOLUTE.exec(raw) ?? [];
  if (written?.toLowerCase() !== scheme || host === undefined) return undefined;
  const authority = parseAuthority(host);
  const target = completed(method, rest);
  return authority === undefined || !isTarget(target) ? undefined : { target, authority };
}

/** Whether an absolute target and the Host header name the same place. */
export function agrees(left: Authority, right: Authority, scheme: 'http' | 'https'): boolean {
  const usual = scheme === 'http' ? '80' : '443';
  return left.hostname === right.hostname && (left.port || usual) === (right.port || usual);
}

function origin(target: string): Target {
  return { target, authority: undefined };
}

/** The origin form of what follows the authority (RFC 9112 sections 3.2.1 and 3.2.4). */
function completed(method: string, rest: string): string {
  if (rest === '') return method === 'OPTIONS' ? '*' : '/';
  return rest.startsWith('/') ? rest : `/${rest}`;
}
