import type { Buffer } from 'node:buffer';
import { isFieldValue } from '@sellia/protocol';
import { type Clock, systemClock } from '@sellia/session';
import { controlUrl } from './dial.ts';
import { SelliaError } from './errors.ts';
import { type ClientLimits, DEFAULT_LIMITS } from './limits.ts';
import type { HostHeader } from './request-head.ts';
import { parseTarget } from './target.ts';
import { TunnelHandle } from './tunnel.ts';
import type { Tunnel, TunnelStatus } from './tunnel-status.ts';
import { UpstreamDial } from './upstream-dial.ts';
import { Http1Upstream } from './upstream-http1.ts';

export interface ConnectOptions {
  /** The relay: http(s) or ws(s) URL; the scheme means what it says. */
  readonly server: string;
  /** Sent as a bearer token. Default, and when empty, none. */
  readonly apiKey?: string;
  /** Where requests go: `8080`, `host:port`, `http://…`, `https://…` or `unix:/path`. */
  readonly upstream: string;
  /** Wanted name. Default a random one. */
  readonly name?: string;
  /** Secret of an earlier lease of that name (`tunnel.lease`): the name is still ours. */
  readonly lease?: string;
  /** Share the name with other clients that ask for the same and have the same key. Default false. */
  readonly pool?: boolean;
  /** Accept any certificate of an https upstream. Default false. */
  readonly insecureUpstream?: boolean;
  /**
   * Milliseconds that a request waits for an upstream that refuses connections, as a dev server does
   * while it restarts. Less than `limits.headTimeoutMs`. Default 0: it fails at once.
   */
  readonly waitUpstreamMs?: number;
  /** The Host that the upstream sees: the public one (default), its own, or this text. */
  readonly hostHeader?: HostHeader;
  /** Certificate authority of the relay, PEM. Default the system's. */
  readonly ca?: string | Buffer;
  /** Facts `reported` and `refused` on the feed; they cost the relay time. Default false. */
  readonly reports?: boolean;
  /** Dial again when the link is lost, or when the relay is busy at first. Default true. */
  readonly reconnect?: boolean;
  /** Hears of each status, also of those before the tunnel is public. */
  readonly onStatus?: (status: TunnelStatus) => void;
  /** Default the system's. */
  readonly clock?: Clock;
  /** Gives up the attempt, or ends the tunnel at once. */
  readonly signal?: AbortSignal;
  /** Single bounds and waits in place of the defaults. */
  readonly limits?: Partial<ClientLimits>;
  /** What the relay's log calls this client. Default this library and its version. */
  readonly agent?: string;
}

const AGENT = 'sellia-client/0.1.0';

/**
 * Makes the upstream public. Resolves when the address answers; rejects with SelliaError when it
 * will not. A relay that answers that it takes no clients for the moment is asked again without end:
 * `signal` bounds it. One that cannot be reached at first is a failure at once. Later losses of the
 * link are mended without another word here: watch `status`.
 */
export async function connect(options: ConnectOptions): Promise<Tunnel> {
  const { server, signal } = options;
  const target = parseTarget(options.upstream);
  // Judged before anything is opened.
  controlUrl(server);
  requireFieldValue('Host header', options.hostHeader);
  requireFieldValue('API key', options.apiKey);
  if (signal?.aborted) throw new SelliaError('SELLIA_ABORTED', 'The attempt was given up.');
  const clock = options.clock ?? systemClock;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const waitUpstreamMs = requireWait(options.waitUpstreamMs, limits.headTimeoutMs);
  const isInsecure = options.insecureUpstream ?? false;
  const dial = new UpstreamDial(target, { ...limits, clock, isInsecure });
  const tunnel: TunnelHandle = new TunnelHandle({
    server,
    apiKey: options.apiKey === '' ? undefined : options.apiKey,
    ca: options.ca,
    name: options.name ?? '',
    lease: options.lease ?? '',
    pool: options.pool ?? false,
    agent: options.agent ?? AGENT,
    reports: options.reports ?? false,
    reconnect: options.reconnect ?? true,
    clock,
    limits,
    host: { hostHeader: options.hostHeader ?? 'public', authority: target.authority },
    upstream: new Http1Upstream(dial, {
      ...limits,
      clock,
      waitUpstreamMs,
      onFault: (error) => tunnel.report(error),
    }),
  });
  if (options.onStatus !== undefined) tunnel.on('status', options.onStatus);
  const giveUp = () => void tunnel.close({ drainMs: 0 });
  signal?.addEventListener('abort', giveUp, { once: true });
  void tunnel.closed.then(() => signal?.removeEventListener('abort', giveUp));
  await tunnel.open();
  return tunnel;
}

/** The wait for the response head would end it from `belowMs` on. */
function requireWait(waitUpstreamMs = 0, belowMs: number): number {
  const isFit = waitUpstreamMs === 0 || (waitUpstreamMs > 0 && waitUpstreamMs < belowMs);
  if (isFit) return waitUpstreamMs;
  throw new SelliaError(
    'SELLIA_OPTION_INVALID',
    `The wait for the upstream is ${waitUpstreamMs} ms, and not from 0 to below ${belowMs}.`,
  );
}

/** It becomes a header's value, and must not become anything else. */
function requireFieldValue(what: string, value: string | undefined): void {
  if (value === undefined || isFieldValue(value)) return;
  throw new SelliaError(
    'SELLIA_OPTION_INVALID',
    `The ${what} holds characters that no header may.`,
  );
}
