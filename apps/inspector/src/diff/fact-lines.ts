import type { ExchangeDetail } from '../api/types.ts';
import { publicUrl } from '../detail/exchange-url.ts';
import { STATE_WORDS } from '../detail/state-words.ts';
import { bytesText, durationText } from '../ui/numbers.ts';
import { diffOf, type LineDiff } from './line-diff.ts';

/** What is compared beside headers and bodies. */
export function factLines(one: ExchangeDetail, other: ExchangeDetail): LineDiff[] {
  const ones = facts(one);
  const others = facts(other);
  return ones.map(([name, value], i) => diffOf(name, value, others[i]?.[1]));
}

function facts({ row }: ExchangeDetail): [name: string, value: string][] {
  return [
    ['Method', row.method],
    ['URL', publicUrl(row)],
    ['Status', row.status === 0 ? 'none' : `${row.status} ${row.reason}`.trim()],
    ['State', STATE_WORDS[row.state]],
    ['Visitor', row.visitor],
    ['First byte after', durationText(row.firstByteMs)],
    ['Took', durationText(row.durationMs)],
    ['Request body', bytesText(row.requestBytes)],
    ['Response body', bytesText(row.responseBytes)],
  ];
}
