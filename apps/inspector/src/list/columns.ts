import type { SortName } from '../traffic/arrangement.ts';

/** A column of the list. Widths in pixels at the usual size of letters, which they grow with. */
export interface Column {
  readonly name: SortName;
  readonly label: string;
  readonly width: number;
  readonly isEnd: boolean;
  /** What sorting by it begins with. */
  readonly isDescending: boolean;
}

function column(name: SortName, label: string, width: number, isNumber = false): Column {
  return { name, label, width, isEnd: isNumber, isDescending: isNumber };
}

/** In their order. The path takes the room that the others leave. */
export const COLUMNS: readonly Column[] = [
  column('status', 'Status', 104),
  column('method', 'Method', 68),
  column('tunnel', 'Tunnel', 112),
  column('host', 'Host', 144),
  column('path', 'Path', 160),
  column('type', 'Type', 68),
  column('size', 'Size', 68, true),
  column('duration', 'Duration', 100, true),
  { ...column('time', 'Time', 64), isEnd: true, isDescending: true },
];

export const WIDTH_MIN = 40;
export const WIDTH_MAX = 600;
/** By which a key or a click makes a column wider. */
export const WIDTH_STEP = 16;

type Widths = Readonly<Record<string, number>>;

/** What was chosen, within bounds; what is kept in a browser may be anything. */
export function widthOf({ name, width }: Column, widths: Widths): number {
  const chosen = widths[name];
  if (name === 'path' || typeof chosen !== 'number' || !Number.isFinite(chosen)) return width;
  return Math.min(WIDTH_MAX, Math.max(WIDTH_MIN, chosen));
}

/** Pixels between two columns, and before the first and behind the last. */
const GAP = 12;

/** What gives way where there is no room, one after the other. */
const SPARED: readonly SortName[] = ['host', 'type', 'tunnel', 'size'];

interface Shown {
  readonly hidden: readonly string[];
  readonly widths: Widths;
  /** Pixels, at the usual size of letters. */
  readonly room: number;
  /** There are several. */
  readonly hasHosts: boolean;
  readonly hasTunnels: boolean;
}

/** The columns that are shown: the path always, host and tunnel where there are several. */
export function shownColumns({ hidden, widths, room, hasHosts, hasTunnels }: Shown): Column[] {
  let columns = COLUMNS.filter(({ name }) => {
    if (name === 'host' && !hasHosts) return false;
    if (name === 'tunnel' && !hasTunnels) return false;
    return name === 'path' || !hidden.includes(name);
  });
  for (const spared of SPARED) {
    if (leastWidth(columns, widths) <= room) break;
    columns = columns.filter(({ name }) => name !== spared);
  }
  return columns;
}

/** Pixels that they need. */
export function leastWidth(columns: readonly Column[], widths: Widths): number {
  const sum = columns.reduce((all, each) => all + widthOf(each, widths), 0);
  return sum + GAP * (columns.length + 1);
}

/** For `grid-template-columns`. */
export function templateOf(columns: readonly Column[], widths: Widths): string {
  return columns
    .map((each) => {
      const rem = widthOf(each, widths) / 16;
      return each.name === 'path' ? `minmax(${rem}rem, 1fr)` : `${rem}rem`;
    })
    .join(' ');
}
