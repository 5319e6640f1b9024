import type { Server } from 'node:net';
import { type Clock, systemClock } from '@sellia/session';
import { guarded, type RelayEvent, type Tell } from './events.ts';
import { TrustedProxies } from './ingress/address.ts';
import { parseAuthority } from './ingress/host.ts';
import { DEFAULT_LIMITS, type RelayLimits } from './limits.ts';
import { RelayError } from './relay-error.ts';

export interface RelayOptions {
  /** Address to listen on. Default `0.0.0.0`. */
  readonly host?: string;
  /** Port to listen on; 0 takes a free one. Default 3000. */
  readonly port?: number;
  /**
   * Domain below which the tunnels are. A port (`localhost:8080`) goes into printed addresses and
   * nowhere else. Default `localhost`.
   */
  readonly domain?: string;
  /** Keys that admit clients. Default none. */
  readonly keys?: readonly string[];
  /** Refuse clients without a key. Default: exactly when there are keys. */
  readonly requireAuth?: boolean;
  /** Printed addresses take scheme and port from here, with the name in front of the host. */
  readonly publicUrl?: string;
  /** Printed addresses are https, without a port. Default false. */
  readonly useHttps?: boolean;
  /** Addresses and CIDR ranges of proxies in front whose X-Forwarded-* are believed. Default none. */
  readonly trustedProxies?: readonly string[];
  readonly limits?: Partial<RelayLimits>;
  /** Default the system's. */
  readonly clock?: Clock;
  /** Told of everything that happens; must not throw, and cannot stop anything. */
  readonly onEvent?: (event: RelayEvent) => void;
  /**
   * Key of at least 32 bytes under which leases are proved. With the key of an earlier relay its
   * clients keep their names, and requests wait for them (`startHoldMs`). Default random: then nobody
   * is expected.
   */
  readonly leaseKey?: Uint8Array;
  /**
   * Makes the server listen, with so many connections that may wait to be accepted, in place of `host`
   * and `port`: on a socket that somebody hands over. A rejection is why the relay does not start.
   */
  readonly bind?: (server: Server, backlog: number) => Promise<void>;
  /** Odd. For tests of the end of stream numbers. */
  readonly firstStreamId?: number;
}

const LEASE_KEY_BYTES = 32;

/** Options, judged and completed. */
export interface RelaySettings {
  readonly host: string;
  readonly port: number;
  /** Lower-case, without a port. */
  readonly domain: string;
  readonly keys: readonly string[];
  readonly requiresKey: boolean;
  readonly trusted: TrustedProxies;
  readonly limits: RelayLimits;
  readonly clock: Clock;
  readonly tell: Tell | undefined;
  readonly bind: RelayOptions['bind'];
  /** Public address of a name, once the port is known. */
  readonly urlOf: (name: string, listeningPort: number) => string;
}

/** Throws RelayError for options that cannot be meant. */
export function readOptions(options: RelayOptions): RelaySettings {
  const domain = parseAuthority(options.domain ?? 'localhost');
  if (domain === undefined || domain.hostname.startsWith('[')) {
    throw invalid(`domain ${JSON.stringify(options.domain)} is not a domain name`);
  }
  const keys = options.keys ?? [];
  if (keys.some((key) => key === '')) throw invalid('an empty key admits nobody');
  const requiresKey = options.requireAuth ?? keys.length > 0;
  if (requiresKey && keys.length === 0) {
    throw new RelayError(
      'SELLIA_AUTH_WITHOUT_KEY',
      'authentication is required, but there is no key',
    );
  }
  const { onEvent, leaseKey, bind } = options;
  if (leaseKey !== undefined && leaseKey.length < LEASE_KEY_BYTES) {
    throw invalid(`a lease key has at least ${LEASE_KEY_BYTES} bytes`);
  }
  const limits = limitsOf(options.limits ?? {});
  return {
    host: options.host ?? '0.0.0.0',
    port: portOf(options.port ?? 3_000),
    domain: domain.hostname,
    keys,
    requiresKey,
    trusted: trustedOf(options.trustedProxies ?? []),
    // Under a key of its own nobody can have been here before.
    limits: leaseKey === undefined ? { ...limits, startHoldMs: 0 } : limits,
    clock: options.clock ?? systemClock,
    tell: onEvent === undefined ? undefined : guarded(onEvent),
    bind,
    urlOf: urlsOf(options, domain.hostname, domain.port),
  };
}

function urlsOf(
  { publicUrl, useHttps }: RelayOptions,
  hostname: string,
  statedPort: string,
): RelaySettings['urlOf'] {
  if (publicUrl !== undefined) {
    const { protocol, host } = parsedUrl(publicUrl);
    return (name) => `${protocol}//${name}.${host}`;
  }
  const scheme = useHttps === true ? 'https' : 'http';
  return (name, listeningPort) => {
    const ownPort = useHttps === true || listeningPort === 80 ? '' : String(listeningPort);
    const port = statedPort === '' ? ownPort : statedPort;
    return `${scheme}://${name}.${hostname}${port === '' ? '' : `:${port}`}`;
  };
}

function parsedUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isPlain = url?.pathname === '/' && url.search === '' && url.username === '';
  if (url === undefined || !isPlain || !/^https?:$/.test(url.protocol)) {
    throw invalid(`public URL ${JSON.stringify(text)} is not an http(s) URL without a path`);
  }
  return url;
}

function portOf(port: number): number {
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw invalid(`port ${port} is not between 0 and 65535`);
}

function trustedOf(ranges: readonly string[]): TrustedProxies {
  try {
    return new TrustedProxies(ranges);
  } catch (error) {
    throw new RelayError('SELLIA_OPTION_INVALID', `trusted proxy ${(error as Error).message}`, {
      cause: error,
    });
  }
}

function limitsOf(changes: Partial<RelayLimits>): RelayLimits {
  for (const [name, value] of Object.entries(changes)) {
    if (!Object.hasOwn(DEFAULT_LIMITS, name)) throw invalid(`there is no limit ${name}`);
    if (!Number.isSafeInteger(value) || value < 0) throw invalid(`limit ${name} is ${value}`);
  }
  return { ...DEFAULT_LIMITS, ...changes };
}

function invalid(message: string): RelayError {
  return new RelayError('SELLIA_OPTION_INVALID', message);
}
