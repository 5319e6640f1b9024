import type { ExchangeRow } from '../api/types.ts';

/** What a list can be sorted by. */
export type SortName =
  | 'time'
  | 'status'
  | 'method'
  | 'host'
  | 'path'
  | 'type'
  | 'size'
  | 'duration'
  | 'tunnel';

/** In which order a list is. */
export interface Arrangement {
  readonly by: SortName;
  readonly isDescending: boolean;
  /** One tunnel after the other. */
  readonly isGrouped: boolean;
}

/** Exchanges of one tunnel, one behind the other. */
export interface Group {
  readonly name: string;
  /** Index of the first one. */
  readonly start: number;
  readonly count: number;
}

export interface Arranged {
  readonly rows: readonly ExchangeRow[];
  /** In order, from one end to the other; none while nothing is grouped. */
  readonly groups: readonly Group[];
}

export const NEWEST_FIRST: Arrangement = { by: 'time', isDescending: true, isGrouped: false };

type SortKey = (row: ExchangeRow, now: number) => number | string;

const KEYS: Readonly<Record<SortName, SortKey>> = {
  time: ({ order }) => order,
  status: ({ status }) => status,
  method: ({ kind, method }) => (kind === 'websocket' ? 'WS' : method),
  host: ({ host }) => host,
  path: ({ target }) => target,
  type: ({ responseType }) => responseType,
  size: (row) => sizeOf(row),
  duration: (row, now) => elapsedOf(row, now),
  tunnel: ({ tunnel }) => tunnel,
};

/** Bytes of the response; of an upgraded connection both ways. */
export function sizeOf({ kind, requestBytes, responseBytes }: ExchangeRow): number {
  return kind === 'http' ? responseBytes : requestBytes + responseBytes;
}

/** Milliseconds to the end, or so far. */
export function elapsedOf({ durationMs, startedAt }: ExchangeRow, now: number): number {
  return durationMs >= 0 ? durationMs : Math.max(0, now - startedAt);
}

/** `newest`: rows, the newest first; of equals the newer one stays first. `now`: Unix milliseconds. */
export function arrange(newest: ExchangeRow[], arrangement: Arrangement, now: number): Arranged {
  const rows = sort(newest, arrangement, now);
  return arrangement.isGrouped ? group(rows) : { rows, groups: [] };
}

function sort(rows: ExchangeRow[], { by, isDescending }: Arrangement, now: number): ExchangeRow[] {
  if (by === 'time') return isDescending ? rows : rows.reverse();
  const keyOf = KEYS[by];
  const sign = isDescending ? -1 : 1;
  const keyed = rows.map((row) => ({ row, key: keyOf(row, now) }));
  keyed.sort((one, other) => (one.key < other.key ? -sign : one.key > other.key ? sign : 0));
  return keyed.map(({ row }) => row);
}

function group(rows: readonly ExchangeRow[]): Arranged {
  const byName = Map.groupBy(rows, ({ tunnel }) => tunnel);
  const groups: Group[] = [];
  const grouped: ExchangeRow[] = [];
  for (const name of [...byName.keys()].sort()) {
    const members = byName.get(name) ?? [];
    groups.push({ name, start: grouped.length, count: members.length });
    for (const row of members) grouped.push(row);
  }
  return { rows: grouped, groups };
}
