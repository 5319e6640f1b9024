import { type HeaderLines, headerValue, type OpenHead, readFraming } from '@sellia/protocol';
import { travellingLines } from './travelling-lines.ts';

/**
 * Which Host the upstream sees: the one the visitor asked for, the upstream's own, or a fixed one
 * (any other text).
 */
export type HostHeader = 'public' | 'upstream' | (string & {});

/** What goes to the upstream. `Connection` stands beside the lines, as libraries set it themselves. */
export interface UpstreamRequest {
  readonly method: string;
  /** Byte for byte the visitor's. */
  readonly target: string;
  /** Framing and Host included; one framing exactly, or none without a body. */
  readonly headers: HeaderLines;
  readonly body: 'none' | 'length' | 'chunked';
  /** Bytes of the body when `body` is 'length'. */
  readonly length: number;
  /** What the `Connection` line says; empty for none (HTTP/1.1 persists without a word). */
  readonly connection: '' | 'TE' | 'Upgrade';
  /** The upstream may answer `100 Continue` before the body. */
  readonly expects: boolean;
  readonly isUpgrade: boolean;
}

/** The request as the relay sent it cannot be sent on. */
export interface BadRequest {
  readonly reason: string;
}

export interface HostChoice {
  readonly hostHeader: HostHeader;
  /** Of the upstream. */
  readonly authority: string;
}

/**
 * The head for the upstream: order, case and number of lines as received; hop-by-hop lines
 * stripped here again (the relay did, but may be hostile), framing made anew (RFC 9112 section 6).
 * `ended`: no body follows.
 */
export function prepareRequest(
  open: OpenHead,
  ended: boolean,
  host: HostChoice,
): UpstreamRequest | BadRequest {
  const { method, target, headers } = open.request;
  const isUpgrade = open.opening.kind === 'upgrade';
  const framing = readFraming(headers);
  if (method === 'CONNECT') return { reason: 'CONNECT cannot be forwarded' };
  if (framing.kind === 'bad') return { reason: framing.reason };
  if (framing.kind === 'chunked') return { reason: 'Transfer-Encoding came over the wire' };
  const length = framing.kind === 'length' ? framing.length : 0;
  if (isUpgrade && length > 0) return { reason: 'an upgrade with a body' };
  if (ended && length > 0) return { reason: 'the body is missing' };
  const kept = withHost(travellingLines(headers), host);
  const body =
    isUpgrade || ended || (framing.kind === 'length' && length === 0)
      ? 'none'
      : framing.kind === 'length'
        ? 'length'
        : 'chunked';
  if (body === 'chunked') kept.push('Transfer-Encoding', 'chunked');
  if (open.opening.acceptsTrailers) kept.push('TE', 'trailers');
  if (isUpgrade) kept.push('Upgrade', 'websocket');
  const connection = isUpgrade ? 'Upgrade' : open.opening.acceptsTrailers ? 'TE' : '';
  const expects = headerValue(headers, 'expect') !== undefined;
  return { method, target, headers: kept, body, length, connection, expects, isUpgrade };
}

/** Exactly one Host: in the place of the first, or in front. */
function withHost(lines: HeaderLines, { hostHeader, authority }: HostChoice): HeaderLines {
  const first = findHost(lines, 0);
  if (first < 0) return ['Host', hostHeader === 'public' ? authority : fixedHost(), ...lines];
  if (hostHeader !== 'public') lines[first + 1] = fixedHost();
  if (findHost(lines, first + 2) < 0) return lines;
  return lines.filter((_field, i) => i < first + 2 || !isHost(lines[i - (i % 2)] as string));

  function fixedHost(): string {
    return hostHeader === 'upstream' ? authority : hostHeader;
  }
}

function findHost(lines: HeaderLines, from: number): number {
  for (let i = from; i < lines.length; i += 2) if (isHost(lines[i] as string)) return i;
  return -1;
}

function isHost(name: string): boolean {
  return name.length === 4 && name.toLowerCase() === 'host';
}
