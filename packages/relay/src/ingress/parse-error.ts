import type { FailureCode } from '../failures.ts';

/** `gone`: the connection broke. `none`: bytes behind the last request, which nobody will answer. */
export type ParseVerdict = FailureCode | 'gone' | 'none';

/** What to say of an error of node's parser, by its code. */
export function codeOfParseError(code: string | undefined): ParseVerdict {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return 'SELLIA_HEAD_TOO_LARGE';
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return 'SELLIA_CHUNK_OVERHEAD';
    case 'HPE_CLOSED_CONNECTION':
      return 'none';
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return 'SELLIA_REQUEST_TIMEOUT';
    default:
      return code?.startsWith('HPE_') === true ? 'SELLIA_BAD_REQUEST' : 'gone';
  }
}
