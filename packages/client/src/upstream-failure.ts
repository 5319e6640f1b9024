import type { ErrorCode } from '@sellia/protocol';
import type { UpstreamFailure } from './upstream.ts';

/** Raised by our own waits and checks, where neither Node nor OpenSSL has an error for it. */
export class UpstreamError extends Error {
  override readonly name = 'UpstreamError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, reason: string) {
    super(reason);
    this.code = code;
  }
}

type Kind = readonly [code: ErrorCode, reason: string];

const RESET: Kind = ['SELLIA_UPSTREAM_RESET', 'the connection ended early'];
const REFUSED: Kind = ['SELLIA_UPSTREAM_REFUSED', 'connection refused'];

/** By the `code` of Node's errors. */
const BY_CODE = new Map<string, Kind>([
  ['ECONNREFUSED', REFUSED],
  // No socket at that path: nobody listens.
  ['ENOENT', REFUSED],
  ['ENOTSOCK', REFUSED],
  ['ETIMEDOUT', ['SELLIA_UPSTREAM_CONNECT_TIMEOUT', 'no answer to the connection attempt']],
  ['EPROTO', ['SELLIA_UPSTREAM_TLS', 'TLS failed']],
  ['ECONNRESET', RESET],
  ['ECONNABORTED', RESET],
  ['EPIPE', RESET],
]);

/** As OpenSSL's verification and Node name what is wrong with a certificate. */
const TLS = /^(ERR_TLS_|ERR_SSL_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH)/;

/**
 * Classifies an error once, by type and code. `isKept`: the connection had served before, and no
 * byte of this answer has come.
 */
export function failureOf(error: unknown, isKept: boolean): UpstreamFailure {
  const [code, reason] = kindOf(error);
  return { code, reason, isStale: isKept && code === 'SELLIA_UPSTREAM_RESET' };
}

function kindOf(error: unknown): Kind {
  if (error instanceof UpstreamError) return [error.code, error.message];
  const codes = codesOf(error);
  // Of several addresses tried, a refusal says most.
  if (codes.includes('ECONNREFUSED')) return REFUSED;
  const first = codes[0];
  // Whatever the network raises has a code; this is a defect of ours.
  if (first === undefined) return ['SELLIA_INTERNAL', 'internal error'];
  if (TLS.test(first)) return ['SELLIA_UPSTREAM_TLS', `TLS failed (${first})`];
  return BY_CODE.get(first) ?? ['SELLIA_UPSTREAM_UNREACHABLE', `no connection (${first})`];
}

function codesOf(error: unknown): string[] {
  if (error instanceof AggregateError) return error.errors.flatMap(codesOf);
  if (!(error instanceof Error) || !('code' in error)) return [];
  return typeof error.code === 'string' ? [error.code] : [];
}
