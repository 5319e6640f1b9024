import type { ExchangeRow } from '../api/types.ts';
import type { Group } from '../traffic/arrangement.ts';
import type { View } from '../traffic/traffic-view.ts';

/** A line of the list: an exchange, or the name of the tunnel whose exchanges follow. */
export type ListItem =
  | { readonly kind: 'row'; readonly row: ExchangeRow }
  | { readonly kind: 'group'; readonly group: Group };

type Listed = Pick<View, 'rows' | 'groups'>;

export function itemCount({ rows, groups }: Listed): number {
  return rows.length + groups.length;
}

/** The line of that number, from 0 on; undefined behind the last one. */
export function itemAt({ rows, groups }: Listed, at: number): ListItem | undefined {
  let before = 0;
  for (const group of groups) {
    if (at === group.start + before) return { kind: 'group', group };
    if (at < group.start + before) break;
    before += 1;
  }
  const row = rows[at - before];
  return row === undefined ? undefined : { kind: 'row', row };
}

/** The line of the exchange at `index` of the rows. */
export function itemOf({ groups }: Listed, index: number): number {
  return index + groups.filter(({ start }) => start <= index).length;
}
