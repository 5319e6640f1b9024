import { exactText, headerText as firstValue } from '@sellia/inspector/browser';
import type { Direction, ExchangeDetail } from '../api/types.ts';
import { maskHeaders, maskTarget } from '../settings/masking.ts';
import { bytesText } from '../ui/numbers.ts';
import { headersText, linesOf } from './header-text.ts';

/** Start line and headers as they travelled; empty for an answer that never came. */
export function rawHead(detail: ExchangeDetail, direction: Direction, isMasked: boolean): string {
  const { row } = detail;
  const { headers } = detail[direction];
  if (direction === 'response' && row.firstByteMs < 0 && headers.length === 0) return '';
  const target = isMasked ? maskTarget(row.target) : row.target;
  const start =
    direction === 'request'
      ? `${row.method} ${target} HTTP/1.1`
      : `HTTP/1.1 ${row.status} ${row.reason}`;
  return `${start.trimEnd()}\n${headersText(linesOf(isMasked ? maskHeaders(headers) : headers))}`;
}

/** A body as text, or what it is instead. */
export interface RawBody {
  readonly text: string | undefined;
  readonly notice: string;
}

/** `bytes`: what was kept of it, as it travelled. */
export function rawBody(detail: ExchangeDetail, direction: Direction, bytes: Uint8Array): RawBody {
  const { headers, body } = detail[direction];
  if (body.bytes === 0) return { text: undefined, notice: '' };
  const missing = body.bytes - bytes.length;
  const cut =
    missing > 0 ? ` ${bytesText(missing)} of ${bytesText(body.bytes)} were not kept.` : '';
  const text = missing > 0 ? startText(bytes) : exactText(bytes);
  if (text !== undefined) return { text, notice: cut.trim() };
  const encoding = firstValue(headers, 'content-encoding');
  const why = encoding === '' ? 'no UTF-8 text' : `compressed (${encoding.slice(0, 100)})`;
  return { text: undefined, notice: `${bytesText(bytes.length)} that are ${why}.${cut}` };
}

/** A cut may go through a character: up to three bytes of it are left out. */
function startText(bytes: Uint8Array): string | undefined {
  for (let spare = 0; spare < 4; spare++) {
    const text = exactText(bytes.subarray(0, bytes.length - spare));
    if (text !== undefined) return text;
  }
  return undefined;
}
