import type { ErrorCode } from '@sellia/protocol';
import type { UpstreamFailure } from './upstream.ts';

/** Raised by our own waits and checks, where the libraries have no error for it. */
export class UpstreamError extends Error {
  override readonly name = 'UpstreamError';
  readonly failure: UpstreamFailure;

  constructor(code: ErrorCode, reason: string) {
    super(reason);
    this.failure = { code, reason, isStale: false };
  }
}

/** By the `code` of errors of Node, OpenSSL, llhttp and undici. */
const BY_CODE = new Map<string, readonly [ErrorCode, string]>([
  ['ECONNREFUSED', ['SELLIA_UPSTREAM_REFUSED', 'connection refused']],
  // No such socket file: nobody listens.
  ['ENOENT', ['SELLIA_UPSTREAM_REFUSED', 'no such socket']],
  ['ENOTSOCK', ['SELLIA_UPSTREAM_REFUSED', 'no such socket']],
  ['ETIMEDOUT', ['SELLIA_UPSTREAM_CONNECT_TIMEOUT', 'no answer to the connection attempt']],
  ['HPE_HEADER_OVERFLOW', ['SELLIA_UPSTREAM_HEAD_TOO_LARGE', 'the response head is too large']],
  [
    'UND_ERR_HEADERS_OVERFLOW',
    ['SELLIA_UPSTREAM_HEAD_TOO_LARGE', 'the response head is too large'],
  ],
  ['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', ['SELLIA_BODY_LENGTH', 'the body is not of its length']],
  ['EPROTO', ['SELLIA_UPSTREAM_TLS', 'TLS failed']],
]);

/** A connection that ended in the middle of things. */
const RESETS = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'UND_ERR_SOCKET', 'UND_ERR_INFO']);

/** As OpenSSL's verification and Node name what is wrong with a certificate. */
const TLS = /^(ERR_TLS_|ERR_SSL_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH)/;

/**
 * Classifies an error once, by type and code. `isKept`: the connection had served before and no
 * byte of this answer has come.
 */
export function failureOf(error: unknown, isKept: boolean): UpstreamFailure {
  if (error instanceof UpstreamError) return error.failure;
  const codes = codesOf(error);
  const first = codes[0] ?? '';
  // Of several addresses tried, a refusal says most.
  const known = codes.includes('ECONNREFUSED') ? BY_CODE.get('ECONNREFUSED') : BY_CODE.get(first);
  if (known !== undefined) return { code: known[0], reason: known[1], isStale: false };
  if (RESETS.has(first)) {
    return { code: 'SELLIA_UPSTREAM_RESET', reason: 'the connection ended early', isStale: isKept };
  }
  if (TLS.test(first)) {
    return { code: 'SELLIA_UPSTREAM_TLS', reason: `TLS failed (${first})`, isStale: false };
  }
  if (first.startsWith('HPE_') || isParserError(error)) {
    return {
      code: 'SELLIA_UPSTREAM_INVALID',
      reason: 'the response is not HTTP/1.1',
      isStale: false,
    };
  }
  const reason = first === '' ? 'the connection failed' : `the connection failed (${first})`;
  return { code: 'SELLIA_UPSTREAM_UNREACHABLE', reason, isStale: false };
}

/** undici's parser errors carry llhttp's number as `code`, or none. */
function isParserError(error: unknown): boolean {
  return error instanceof Error && error.name === 'HTTPParserError';
}

function codesOf(error: unknown): string[] {
  if (error instanceof AggregateError) return error.errors.flatMap(codesOf);
  if (!(error instanceof Error) || !('code' in error)) return [];
  return typeof error.code === 'string' ? [error.code] : [];
}
