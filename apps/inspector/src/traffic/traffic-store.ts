import type { ExchangeRow, LiveChanges } from '../api/types.ts';

/** All exchanges that there are, as they are now. A new one with every change. */
export interface Traffic {
  /** The oldest first. */
  readonly rows: readonly ExchangeRow[];
  /** How many the server dropped for later ones. */
  readonly droppedCount: number;
}

/** Rows that are kept here whatever the server keeps: twice its own bound. */
const ROWS_MAX = 40_000;
/** A hidden page gets no frames; it is told so often instead. */
const HIDDEN_MS = 500;

/**
 * The exchanges, outside of all components: changes come in as they may, and whoever shows them is
 * told once a frame.
 */
export class TrafficStore {
  readonly #rows = new Map<string, ExchangeRow>();
  readonly #listeners = new Set<() => void>();
  #version = 0;
  #droppedCount = 0;
  #isOrdered = true;
  #isAwaited = false;
  #traffic: Traffic = { rows: [], droppedCount: 0 };

  /** The number up to which all is known. */
  get version(): number {
    return this.#version;
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

  apply({ isReset, dropped, rows, version, droppedCount }: LiveChanges): void {
    if (isReset) this.#rows.clear();
    for (const id of dropped) this.#rows.delete(id);
    for (const row of rows) this.#put(row);
    this.#version = version;
    this.#droppedCount = droppedCount;
    this.#awaitFrame();
  }

  #put(row: ExchangeRow): void {
    const isNew = !this.#rows.has(row.id);
    if (isNew && row.order < this.#newestOrder) this.#isOrdered = false;
    this.#newestOrder = Math.max(this.#newestOrder, row.order);
    this.#rows.set(row.id, row);
  }

  #newestOrder = 0;

  #awaitFrame(): void {
    if (this.#isAwaited) return;
    this.#isAwaited = true;
    if (document.hidden) setTimeout(this.#tell, HIDDEN_MS);
    else requestAnimationFrame(this.#tell);
  }

  readonly #tell = (): void => {
    this.#isAwaited = false;
    const rows = [...this.#rows.values()];
    if (!this.#isOrdered) this.#order(rows);
    for (const row of rows.splice(0, rows.length - ROWS_MAX)) this.#rows.delete(row.id);
    this.#traffic = { rows, droppedCount: this.#droppedCount };
    for (const listener of this.#listeners) listener();
  };

  /** What is told in the order of changes is shown in the order of beginnings. */
  #order(rows: ExchangeRow[]): void {
    rows.sort((one, other) => one.order - other.order);
    this.#rows.clear();
    for (const row of rows) this.#rows.set(row.id, row);
    this.#isOrdered = true;
  }
}
