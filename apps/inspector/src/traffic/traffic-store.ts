import type { ExchangeRow, LiveChanges } from '../api/types.ts';

/** All exchanges that there are, as they are now. A new one with every change. */
export interface Traffic {
  /** The oldest first. */
  readonly rows: readonly ExchangeRow[];
  /** How many the server dropped for later ones. */
  readonly droppedCount: number;
  /** How often somebody cleared it, or took that back: what a list stood still for is gone. */
  readonly clearings: number;
  /** Hosts, and tunnels, differ: they are worth a column. */
  readonly hasHosts: boolean;
  readonly hasTunnels: boolean;
}

/** Rows that are kept here whatever the server keeps: twice its own bound. */
const ROWS_MAX = 40_000;
/** A hidden page gets no frames; it is told so often instead, in milliseconds. */
const HIDDEN_MS = 500;

/**
 * The exchanges, outside of all components: changes come in as they may, and whoever shows them is
 * told once a frame.
 */
export class TrafficStore {
  readonly #rows = new Map<string, ExchangeRow>();
  readonly #listeners = new Set<() => void>();
  /** Known before the server began anew, and not told of since. */
  #stale: Set<string> | undefined;
  #version = 0;
  #droppedCount = 0;
  #newestOrder = 0;
  #hiddenOrder = 0;
  #clearings = 0;
  #isOrdered = true;
  #frame: number | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #traffic: Traffic = {
    rows: [],
    droppedCount: 0,
    clearings: 0,
    hasHosts: false,
    hasTunnels: false,
  };

  /** The number up to which all is known. */
  get version(): number {
    return this.#version;
  }

  /** Order of the newest exchange that was ever told of; 0 before the first. */
  get newestOrder(): number {
    return this.#newestOrder;
  }

  /** For useSyncExternalStore. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** As of the last frame. */
  readonly traffic = (): Traffic => this.#traffic;

  row(id: string): ExchangeRow | undefined {
    return this.#rows.get(id);
  }

  /** What the server says. When it begins anew, what is known stays until it has told all. */
  apply({ isReset, dropped, rows, version, droppedCount }: LiveChanges): void {
    if (isReset) this.#stale = new Set(this.#rows.keys());
    for (const id of dropped) this.#rows.delete(id);
    for (const row of rows) this.#put(row);
    // Only behind the last part of what it tells, the server names another number.
    if (version !== this.#version) this.#dropStale();
    this.#version = version;
    this.#droppedCount = droppedCount;
    this.#awaitFrame();
  }

  /** Shows nothing up to that order but what is pinned; 0 takes it back. */
  hide(upTo: number): void {
    this.#hiddenOrder = upTo;
    this.#clearings += 1;
    this.#awaitFrame();
  }

  #put(row: ExchangeRow): void {
    const isNew = !this.#rows.has(row.id);
    if (isNew && row.order < this.#newestOrder) this.#isOrdered = false;
    this.#newestOrder = Math.max(this.#newestOrder, row.order);
    this.#rows.set(row.id, row);
    this.#stale?.delete(row.id);
  }

  #dropStale(): void {
    for (const id of this.#stale ?? []) this.#rows.delete(id);
    this.#stale = undefined;
  }

  /** Whichever comes first: a page that is hidden meanwhile gets no frame. */
  #awaitFrame(): void {
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(this.#tell, HIDDEN_MS);
    this.#frame = requestAnimationFrame(this.#tell);
  }

  readonly #tell = (): void => {
    clearTimeout(this.#timer);
    cancelAnimationFrame(this.#frame ?? 0);
    this.#timer = undefined;
    const rows = [...this.#rows.values()];
    if (!this.#isOrdered) this.#order(rows);
    for (const row of rows.splice(0, rows.length - ROWS_MAX)) this.#rows.delete(row.id);
    this.#traffic = this.#made(this.#hiddenOrder === 0 ? rows : rows.filter(this.#isShown));
    for (const listener of this.#listeners) listener();
  };

  readonly #isShown = ({ order, isPinned }: ExchangeRow): boolean =>
    isPinned || order > this.#hiddenOrder;

  #made(rows: readonly ExchangeRow[]): Traffic {
    return {
      rows,
      droppedCount: this.#droppedCount,
      clearings: this.#clearings,
      hasHosts: differ(rows, ({ host }) => host),
      hasTunnels: differ(rows, ({ tunnel }) => tunnel),
    };
  }

  /** What is told in the order of changes is shown in the order of beginnings. */
  #order(rows: ExchangeRow[]): void {
    rows.sort((one, other) => one.order - other.order);
    this.#rows.clear();
    for (const row of rows) this.#rows.set(row.id, row);
    this.#isOrdered = true;
  }
}

/** Whether there are two of them; what is empty does not count. */
function differ(rows: readonly ExchangeRow[], name: (row: ExchangeRow) => string): boolean {
  let first = '';
  return rows.some((row) => {
    if (first === '') first = name(row);
    return name(row) !== first && name(row) !== '';
  });
}
