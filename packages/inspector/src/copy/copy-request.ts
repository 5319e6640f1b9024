import type { ExchangeDetail } from '../exchange/detail.ts';
import type { CopyRequest } from './request.ts';

/** What an exchange is copied from; a `HarExchange` is one. */
export interface CopySource {
  readonly detail: ExchangeDetail;
  readonly requestBody: Uint8Array;
  /** `Content-Encoding` is undone in the bytes. Default false. */
  readonly isRequestDecoded?: boolean;
}

/** The request of an exchange, to `origin` (`http://localhost:8080`); by default to its public URL. */
export function copyRequestOf(source: CopySource, origin?: string): CopyRequest {
  const { row, request, requestId } = source.detail;
  const { body } = request;
  const headers = request.headers.filter(isNotOf('x-request-id', requestId));
  return {
    method: row.method,
    url: `${origin ?? `${row.scheme}://${row.host}`}${row.target}`,
    headers: source.isRequestDecoded === true ? headers.filter(isNoEncoding) : headers,
    body: source.requestBody,
    isBodyTruncated: body.keptBytes < body.bytes,
  };
}

/** Leaves out a line of name and value: what the relay has added names the exchange that was. */
function isNotOf(name: string, value: string) {
  return (_: string, at: number, lines: readonly string[]): boolean => {
    const first = at - (at % 2);
    return lines[first]?.toLowerCase() !== name || lines[first + 1] !== value;
  };
}

/** For lines of name and value: decoded bytes must not be called encoded. */
function isNoEncoding(_: string, at: number, lines: readonly string[]): boolean {
  return lines[at - (at % 2)]?.toLowerCase() !== 'content-encoding';
}
