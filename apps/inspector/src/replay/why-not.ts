import type { ExchangeDetail, ExchangeRow } from '../api/types.ts';

const UNREAD = 'It is still being read.';

/** Why it is not sent again, in words; undefined when it can be. The server knows. */
export function whyNoReplay(row: ExchangeRow, detail?: ExchangeDetail): string | undefined {
  if (row.kind !== 'http')
    return 'A WebSocket or another upgrade is a conversation, not a request.';
  return detail === undefined ? UNREAD : detail.whyNoReplay;
}

/** A body that was not kept whole can be replaced. */
export function whyNoEdit(row: ExchangeRow, detail?: ExchangeDetail): string | undefined {
  if (detail !== undefined && row.kind === 'http' && row.state !== 'refused' && isBodyCut(detail)) {
    return undefined;
  }
  return whyNoReplay(row, detail);
}

/** Of the request's body only the beginning was kept. */
export function isBodyCut({ request }: ExchangeDetail): boolean {
  return request.body.keptBytes < request.body.bytes;
}
