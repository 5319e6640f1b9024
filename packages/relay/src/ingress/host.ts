import { isIPv6 } from 'node:net';

/** A valid Host header, in pieces. */
export interface Authority {
  /** Lower-case, without a trailing dot; an IPv6 address in brackets. */
  readonly hostname: string;
  /** As written, without leading zeros; empty when there is none. */
  readonly port: string;
}

/** RFC 1123 names; `_` too, which DNS has and no tunnel name has. */
const NAME = /^[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*$/;
const BRACKETED = /^\[([0-9a-f:.]{2,45})\](?::(\d{0,5}))?$/;
const PORT_MAX = 65_535;
/** A name of 253 characters, a dot and a port. */
const HOST_MAX = 260;

/** Reads a Host header or the authority of an absolute target strictly; undefined when malformed. */
export function parseAuthority(text: string): Authority | undefined {
  if (text.length === 0 || text.length > HOST_MAX) return undefined;
  const lower = text.toLowerCase();
  if (lower.startsWith('[')) return parseBracketed(lower);
  const colon = lower.indexOf(':');
  const port = colon < 0 ? '' : parsePort(lower.slice(colon + 1));
  if (port === undefined) return undefined;
  const written = colon < 0 ? lower : lower.slice(0, colon);
  const hostname = written.endsWith('.') ? written.slice(0, -1) : written;
  return NAME.test(hostname) ? { hostname, port } : undefined;
}

function parseBracketed(lower: string): Authority | undefined {
  const [, address, digits = ''] = BRACKETED.exec(lower) ?? [];
  const port = parsePort(digits);
  if (address === undefined || port === undefined || !isIPv6(address)) return undefined;
  return { hostname: `[${address}]`, port };
}

function parsePort(digits: string): string | undefined {
  if (digits === '') return '';
  if (!/^\d{1,5}$/.test(digits) || Number(digits) > PORT_MAX) return undefined;
  return String(Number(digits));
}

/** Where a request for a host goes. */
export type HostRoute =
  | { readonly kind: 'tunnel'; readonly name: string }
  /** The relay's own host. */
  | { readonly kind: 'own' }
  /** Some other name of the machine, an address, or nobody's. */
  | { readonly kind: 'foreign' };

const OWN: HostRoute = { kind: 'own' };
const FOREIGN: HostRoute = { kind: 'foreign' };

/**
 * Decides by whole labels: exactly one label below `domain` (lower-case) is a tunnel's, so neither
 * `eviltest` nor `a.b.test` belongs to `test`.
 */
export function routeHost(hostname: string, domain: string): HostRoute {
  if (hostname === domain) return OWN;
  const end = hostname.length - domain.length - 1;
  if (end < 1 || hostname[end] !== '.' || !hostname.endsWith(domain)) return FOREIGN;
  const name = hostname.slice(0, end);
  return name.includes('.') ? FOREIGN : { kind: 'tunnel', name };
}

/** A valid Host header, and where a request for it goes. */
export interface RoutedHost extends Authority {
  readonly route: HostRoute;
}

/** Hosts remembered at once: a relay serves a few thousand names, and a flood of them is forgotten. */
const REMEMBERED_MAX = 4_000;

/** Reads Host headers below one domain. The same few come again and again, so it remembers them. */
export class HostReader {
  readonly #domain: string;
  readonly #known = new Map<string, RoutedHost>();

  /** `domain` in lower case, without a port. */
  constructor(domain: string) {
    this.#domain = domain;
  }

  /** Undefined when malformed. */
  read(text: string): RoutedHost | undefined {
    return this.#known.get(text) ?? this.#learn(text);
  }

  #learn(text: string): RoutedHost | undefined {
    const authority = parseAuthority(text);
    if (authority === undefined) return undefined;
    const host = { ...authority, route: routeHost(authority.hostname, this.#domain) };
    if (this.#known.size >= REMEMBERED_MAX) this.#known.clear();
    this.#known.set(text, host);
    return host;
  }
}
