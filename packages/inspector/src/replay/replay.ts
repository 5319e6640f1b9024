import type { Replay } from '@sellia/client';
import type { ExchangeRecord } from '../capture/exchange-record.ts';
import type { HeaderLines } from '../exchange/header-lines.ts';

/** Names the exchange that a request repeats, for the upstream and for whoever reads its logs. */
export const REPLAY_HEADER = 'Sellia-Replay';

/** What is to be another than in the original. */
export interface ReplayEdit {
  readonly method?: string | undefined;
  readonly target?: string | undefined;
  readonly headers?: HeaderLines | undefined;
  readonly body?: Uint8Array | undefined;
}

/** Why an exchange cannot be sent again as it was, in words; undefined when it can. */
export function whyNoReplay(
  { row, request }: ExchangeRecord,
  edit: ReplayEdit = {},
): string | undefined {
  if (row.kind !== 'http')
    return 'A WebSocket or another upgrade is a conversation, not a request.';
  if (row.state === 'refused') return 'The relay answered by itself and told only method and path.';
  if (edit.body !== undefined) return undefined;
  const { bytes, keptBytes } = request.body;
  if (keptBytes < bytes)
    return `Of ${countText(bytes)} bytes of the body only ${countText(keptBytes)} were kept.`;
  // A request that was cut short was another one than was meant.
  return row.durationMs < 0 && row.status === 0 ? 'The request is still coming.' : undefined;
}

function countText(count: number): string {
  return count.toLocaleString('en-US');
}

/** The request once more, or another like it. */
export function replayOf(record: ExchangeRecord, edit: ReplayEdit = {}): Replay {
  const { row, request } = record;
  const headers = edit.headers ?? request.headers;
  return {
    method: edit.method ?? row.method,
    target: edit.target ?? row.target,
    headers: [...without(headers), REPLAY_HEADER, row.id],
    body: edit.body ?? request.body.kept,
    scheme: row.scheme,
  };
}

function without(lines: HeaderLines): string[] {
  const name = REPLAY_HEADER.toLowerCase();
  return lines.filter((_, i) => lines[i - (i % 2)]?.toLowerCase() !== name);
}
