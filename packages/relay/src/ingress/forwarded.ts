import { isIPv6 } from 'node:net';
import { headerValues } from '@sellia/protocol';
import { addressOfEntry, type TrustedProxies } from './address.ts';
import { parseAuthority } from './host.ts';

/** The other end of a TCP connection to the relay. */
export interface Peer {
  /** Plain form. */
  readonly address: string;
  readonly port: number;
  /** Of the listener. */
  readonly scheme: 'http' | 'https';
  /** Its word on the visitor behind it is taken. */
  readonly isTrusted: boolean;
}

/** Who asks, and what the upstream is told of it. */
export interface Forwarded {
  readonly address: string;
  readonly scheme: 'http' | 'https';
  /** X-Forwarded-* and Forwarded (RFC 7239), flat header lines. */
  readonly lines: readonly string[];
}

/** Entries kept of a trusted proxy's X-Forwarded-For, from the right; real chains have under 10. */
const ENTRIES_MAX = 64;
/** Bytes kept of its Forwarded. */
const FORWARDED_MAX = 4 * 1024;

/**
 * By a peer that is nobody's proxy: its socket is the truth, whatever it says. One connection asks
 * for one host nearly always, so the last answer is kept.
 */
export class DirectVisitor {
  readonly #peer: Peer;
  #host: string | undefined;
  #forwarded: Forwarded | undefined;

  constructor(peer: Peer) {
    this.#peer = peer;
  }

  forwardedFor(host: string): Forwarded {
    if (this.#forwarded === undefined || this.#host !== host) {
      const { address, scheme } = this.#peer;
      const own = element(address, host, scheme);
      const lines = linesFor(address, host, scheme, portOf(host, scheme), own);
      this.#forwarded = { address, scheme, lines };
      this.#host = host;
    }
    return this.#forwarded;
  }
}

/** By a trusted proxy: its lines are kept, and it is added to them. */
export function forwardedByProxy(
  peer: Peer,
  host: string,
  incoming: readonly string[],
  trusted: TrustedProxies,
): Forwarded {
  const chain = entriesOf(incoming);
  const scheme = schemeOf(incoming) ?? peer.scheme;
  const statedHost = only(incoming, 'x-forwarded-host') ?? '';
  const publicHost = parseAuthority(statedHost) === undefined ? host : statedHost;
  const statedPort = only(incoming, 'x-forwarded-port') ?? '';
  const port = /^\d{1,5}$/.test(statedPort) ? statedPort : portOf(publicHost, scheme);
  const before = headerValues(incoming, 'forwarded').join(', ');
  const own = element(peer.address, publicHost, scheme);
  const forwarded = before === '' || before.length > FORWARDED_MAX ? own : `${before}, ${own}`;
  const lines = linesFor([...chain, peer.address].join(', '), publicHost, scheme, port, forwarded);
  return { address: visitorOf(chain, trusted) ?? peer.address, scheme, lines };
}

/** The scheme that a trusted proxy states, if it does. */
export function schemeOf(incoming: readonly string[]): 'http' | 'https' | undefined {
  const stated = only(incoming, 'x-forwarded-proto')?.trim().toLowerCase();
  return stated === 'http' || stated === 'https' ? stated : undefined;
}

function linesFor(
  chain: string,
  host: string,
  scheme: string,
  port: string,
  forwarded: string,
): string[] {
  const lines = ['X-Forwarded-For', chain, 'X-Forwarded-Proto', scheme, 'X-Forwarded-Port', port];
  if (host !== '') lines.push('X-Forwarded-Host', host);
  lines.push('Forwarded', forwarded);
  return lines;
}

/** One element of Forwarded (RFC 7239 section 4). `host` is valid, so quoting is enough. */
function element(address: string, host: string, scheme: string): string {
  const node = isIPv6(address) ? `"[${address}]"` : address;
  const named = host === '' ? '' : `;host=${host.includes(':') ? `"${host}"` : host}`;
  return `for=${node}${named};proto=${scheme}`;
}

/** The port the visitor asked for, which is not always the one we listen on. */
function portOf(host: string, scheme: string): string {
  const port = /:(\d+)$/.exec(host)?.[1];
  return port ?? (scheme === 'https' ? '443' : '80');
}

/** Entries of all X-Forwarded-For lines, the last ones, garbage replaced (RFC 7239 section 6.2). */
function entriesOf(incoming: readonly string[]): string[] {
  return headerValues(incoming, 'x-forwarded-for')
    .flatMap((line) => line.split(','))
    .slice(-ENTRIES_MAX)
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
    .map((entry) => addressOfEntry(entry) ?? 'unknown');
}

/** The first address from the right that is no trusted proxy's. */
function visitorOf(chain: readonly string[], trusted: TrustedProxies): string | undefined {
  for (const entry of chain.toReversed()) {
    if (entry === 'unknown') return undefined;
    if (!trusted.has(entry)) return entry;
  }
  return chain[0];
}

function only(lines: readonly string[], name: string): string | undefined {
  const values = headerValues(lines, name);
  return values.length === 1 && values[0] !== '' ? values[0] : undefined;
}
