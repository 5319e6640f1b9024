import type { ExchangeRow } from '@sellia/inspector/browser';
import type { FilterProblem } from './inspector-answers.ts';
import type { InspectorClient } from './inspector-client.ts';

/** Of one answer; the inspector gives no more. */
const PAGE_MAX = 1_000;

export interface Newest {
  /** The oldest first. */
  readonly rows: readonly ExchangeRow[];
  /** To go on from. */
  readonly version: number;
  readonly problems: readonly FilterProblem[];
}

/** The newest exchanges that match, at most so many. */
export async function newest(
  client: InspectorClient,
  filter: string,
  most: number,
): Promise<Newest> {
  const limit = (): number => Math.min(PAGE_MAX, Math.max(1, most - rows.length));
  const rows: ExchangeRow[] = [];
  let page = await client.list({ filter, limit: limit() });
  const { version, problems } = page;
  for (;;) {
    rows.push(...page.exchanges);
    if (rows.length >= most || page.next === undefined) break;
    page = await client.list({ filter, limit: limit(), before: page.next });
  }
  return { rows: rows.slice(0, most).reverse(), version, problems };
}

/** Which of these rows match: the inspector decides, which has their headers and bodies. */
export async function matching(
  client: InspectorClient,
  filter: string,
  rows: readonly ExchangeRow[],
): Promise<ExchangeRow[]> {
  if (filter.trim() === '') return [...rows];
  const found = new Set<string>();
  for (const { first, last } of runs(rows.map(({ order }) => order))) {
    let before: number | undefined = last + 1;
    while (before !== undefined) {
      const range = { after: first - 1, before };
      const page = await client.list({ filter, limit: PAGE_MAX, ...range });
      for (const { id } of page.exchanges) found.add(id);
      before = page.next;
    }
  }
  return rows.filter(({ id }) => found.has(id));
}

/** Ranges that hold them all, none wider than an answer. */
function runs(orders: readonly number[]): { first: number; last: number }[] {
  const ranges: { first: number; last: number }[] = [];
  for (const order of [...orders].sort((a, b) => a - b)) {
    const range = ranges.at(-1);
    if (range === undefined || order - range.first >= PAGE_MAX) {
      ranges.push({ first: order, last: order });
    } else range.last = order;
  }
  return ranges;
}
