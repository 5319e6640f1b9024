import type { ExchangeDetail, ExchangeRow } from '../api/types.ts';
import type { Tone } from '../ui/pill.tsx';

type Side = NonNullable<ExchangeRow['failure']>['side'];

/** How an exchange stands, in words. */
export const STATE_WORDS: Readonly<Record<ExchangeRow['state'], string>> = {
  pending: 'Waiting for an answer',
  streaming: 'The answer is coming',
  done: 'Done',
  failed: 'Failed',
  refused: 'Refused by the relay',
  connecting: 'Connecting',
  open: 'Open',
  closing: 'Closing',
  closed: 'Closed',
  rejected: 'Rejected',
  aborted: 'Aborted',
};

/** Whose doing something was. */
export const SIDE_WORDS: Readonly<Record<Side, string>> = {
  visitor: 'the visitor',
  relay: 'the relay',
  link: 'the connection between relay and client',
  client: 'the sellia client',
  upstream: 'your app',
};

/** The colour of a status; its number says it, too. */
export function statusTone({ status, state }: Pick<ExchangeRow, 'status' | 'state'>): Tone {
  if (status >= 500 || state === 'failed' || state === 'aborted') return 'bad';
  if (status >= 400) return 'warn';
  return status >= 300 || status < 200 ? 'note' : 'good';
}

/** Whether nothing more will come of it. */
export function isOver({ durationMs }: Pick<ExchangeRow, 'durationMs'>): boolean {
  return durationMs >= 0;
}

/** Who gave the visitor its answer. */
export function answererOf({ row, response }: ExchangeDetail): string {
  if (row.state === 'refused') return 'The relay; your app did not hear of it';
  if (row.replayOf !== '' && row.status === 0 && isOver(row)) return 'Nobody';
  const hasHead = row.firstByteMs >= 0 || response.headers.length > 0;
  if (hasHead) return row.failure === undefined ? 'Your app' : 'Your app; the rest was cut off';
  if (!isOver(row)) return 'Nobody yet';
  return row.status === 0 ? 'Nobody' : 'The relay, since there was no answer to pass on';
}
