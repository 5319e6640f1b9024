import type { Buffer } from 'node:buffer';
import { type Clock, DialError, dialTransport, type Transport } from '@sellia/session';
import { SelliaError } from './errors.ts';

/** Path of the control socket on the relay's own host. */
const CONTROL_PATH = '/_sellia/connect';

export interface DialRelayOptions {
  /** As the user gave it: http(s) or ws(s), host, port. */
  readonly server: string;
  readonly apiKey: string | undefined;
  readonly ca: string | Buffer | undefined;
  readonly clock: Clock;
  /** For TCP, TLS and the handshake together. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * `http` and `ws` mean plain, `https` and `wss` mean TLS, never one for the other; ports default to
 * 80 and 443. A path is the user's mistake or a proxy's business and is dropped.
 * Throws SelliaError SELLIA_SERVER_INVALID.
 */
export function controlUrl(server: string): string {
  const url = URL.parse(server);
  if (url === null || url.hostname === '') throw invalid(server, 'it is no URL');
  const scheme = SCHEMES.get(url.protocol);
  if (scheme === undefined) throw invalid(server, 'its scheme is none of http, https, ws, wss');
  if (url.username !== '' || url.password !== '') {
    throw invalid(server.replace(/\/\/[^/]*@/, '//…@'), 'a key does not belong into the URL');
  }
  return `${scheme}//${url.host}${CONTROL_PATH}`;
}
const SCHEMES = new Map([
  ['http:', 'ws:'],
  ['ws:', 'ws:'],
  ['https:', 'wss:'],
  ['wss:', 'wss:'],
]);

/** Opens the control socket. Rejects with SelliaError; no redirect is followed. */
export async function dialRelay(options: DialRelayOptions): Promise<Transport> {
  const { server, apiKey, ca, clock, timeoutMs, signal } = options;
  const url = controlUrl(server);
  const late = new AbortController();
  const timer = clock.after(timeoutMs, () => late.abort());
  try {
    return await dialTransport({
      url,
      headers: apiKey === undefined ? {} : { Authorization: `Bearer ${apiKey}` },
      signal: AbortSignal.any([signal, late.signal]),
      // Only a second guard: our own timer tells a late answer from a wrong one.
      timeoutMs: 2 * timeoutMs,
      ...(ca === undefined ? {} : { ca }),
    });
  } catch (error) {
    const { host } = new URL(url);
    if (signal.aborted) throw new SelliaError('SELLIA_ABORTED', 'The attempt was given up.');
    if (late.signal.aborted)
      throw new SelliaError('SELLIA_RELAY_TIMEOUT', `No answer from ${host}.`);
    throw classify(error, host);
  } finally {
    timer.cancel();
  }
}

/** Failures of dialing, by HTTP status or by the code of the error below. */
function classify(error: unknown, host: string): SelliaError {
  if (error instanceof DialError && error.status !== undefined) {
    return classifyStatus(error, error.status, host);
  }
  const code = codeOf(error instanceof DialError ? error.cause : error);
  const options = { cause: error };
  if (TLS.test(code)) {
    return new SelliaError('SELLIA_RELAY_TLS', `No TLS with ${host} (${code}).`, '', options);
  }
  if (code === 'ETIMEDOUT') {
    return new SelliaError('SELLIA_RELAY_TIMEOUT', `No answer from ${host}.`, '', options);
  }
  // Errors of the network have codes; without one, the answer was no WebSocket handshake.
  if (code === '' || code.startsWith('HPE_')) {
    const message = `What answers at ${host} is no Sellia relay.`;
    return new SelliaError('SELLIA_NOT_A_RELAY', message, '', options);
  }
  const message = `Cannot reach the relay at ${host}: ${REASONS.get(code) ?? code}.`;
  return new SelliaError('SELLIA_RELAY_UNREACHABLE', message, '', options);
}

function classifyStatus(error: DialError, status: number, host: string): SelliaError {
  const options = { cause: error };
  if (status === 401) {
    const message = `The relay at ${host} does not accept the API key.`;
    return new SelliaError('SELLIA_UNAUTHORIZED', message, '', options);
  }
  if (status === 403) {
    return new SelliaError('SELLIA_FORBIDDEN', `The server at ${host} refuses.`, '', options);
  }
  if (status >= 300 && status < 400) {
    const message = `${host} redirects elsewhere (HTTP ${status}).`;
    return new SelliaError('SELLIA_REDIRECTED', message, '', options);
  }
  if (status === 408 || status === 429 || status >= 500) {
    const message = `The relay at ${host} takes no clients now (HTTP ${status}).`;
    const retryAfterMs = millisecondsOf(error.retryAfter);
    return new SelliaError('SELLIA_RELAY_BUSY', message, '', { ...options, retryAfterMs });
  }
  const message = `What answers at ${host} is no Sellia relay (HTTP ${status}).`;
  return new SelliaError('SELLIA_NOT_A_RELAY', message, '', options);
}

/** Seconds, in any number that can be meant; a date, or anything else, says nothing. */
function millisecondsOf(retryAfter: string | undefined): number {
  return /^\d{1,6}$/.test(retryAfter ?? '') ? Number(retryAfter) * 1_000 : 0;
}

/** As OpenSSL's verification and Node name what is wrong with a certificate, or that there is none. */
const TLS =
  /^(EPROTO|ERR_TLS_|ERR_SSL_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH)/;

const REASONS = new Map([
  ['ECONNREFUSED', 'nothing listens there'],
  ['ENOTFOUND', 'no such host'],
  ['EAI_AGAIN', 'the name server does not answer'],
  ['ENETUNREACH', 'no route to it'],
  ['EHOSTUNREACH', 'no route to it'],
  ['ECONNRESET', 'the connection was cut'],
]);

function codeOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  if (!(error instanceof Error) || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}

function invalid(server: string, reason: string): SelliaError {
  return new SelliaError('SELLIA_SERVER_INVALID', `Bad server "${server}": ${reason}.`);
}
