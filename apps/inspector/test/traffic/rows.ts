import type { ExchangeRow, LiveChanges } from '../../src/api/types.ts';
import { TrafficStore } from '../../src/traffic/traffic-store.ts';

/** An exchange of that order; what else it is as usual. */
export function row(order: number, fields: Partial<ExchangeRow> = {}): ExchangeRow {
  return {
    id: `run${order.toString(36)}`,
    order,
    tunnel: 'one',
    kind: 'http',
    state: 'done',
    method: 'GET',
    target: `/item/${order}`,
    host: 'one.test',
    scheme: 'https',
    visitor: '192.0.2.7',
    startedAt: 1_000 + order,
    status: 200,
    reason: 'OK',
    firstByteMs: 1,
    durationMs: 2,
    requestType: '',
    responseType: 'application/json',
    operation: '',
    requestBytes: 0,
    responseBytes: 10,
    isTruncated: false,
    isPinned: false,
    replayOf: '',
    ...fields,
  };
}

/** `count` exchanges from that order on. */
export function rowsFrom(order: number, count: number): ExchangeRow[] {
  return Array.from({ length: count }, (_, i) => row(order + i));
}

/** A store whose frames come when a test says so. */
export class StoreRig {
  readonly store = new TrafficStore();
  readonly #frames = new Map<number, () => void>();
  #frame = 0;
  #version = 0;

  constructor() {
    Object.assign(globalThis, {
      requestAnimationFrame: (callback: () => void) => {
        this.#frames.set(++this.#frame, callback);
        return this.#frame;
      },
      cancelAnimationFrame: (frame: number) => this.#frames.delete(frame),
    });
  }

  /** Frames that somebody waits for. */
  get frames(): number {
    return this.#frames.size;
  }

  frame(): void {
    const due = [...this.#frames.values()];
    this.#frames.clear();
    for (const callback of due) callback();
  }

  apply(changes: Partial<LiveChanges>): void {
    const version = ++this.#version;
    this.store.apply({
      type: 'changes',
      version,
      isReset: false,
      rows: [],
      dropped: [],
      droppedCount: 0,
      ...changes,
    });
  }

  /** Changes, and the frame that shows them. */
  show(rows: readonly ExchangeRow[], changes: Partial<LiveChanges> = {}): void {
    this.apply({ rows, ...changes });
    this.frame();
  }
}

export const orders = (rows: readonly ExchangeRow[]): number[] => rows.map(({ order }) => order);
