import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ExchangeRow, LiveChanges } from '@sellia/inspector/browser';
import type { FoundInspector } from './find-inspectors.ts';
import { InspectorSilent } from './inspector-client.ts';
import { matching } from './newest.ts';

/** How long an inspector that is lost is looked for, and how often. */
const AWAY_MS = 10_000;
const AGAIN_MS = 250;
/** Rows that wait to be shown; of more, the oldest is left out. */
const WAITING_MAX = 20_000;
/** Rows known to be shown: more than an inspector holds, which may tell of all of them again. */
const SHOWN_MAX = 50_000;

const OVER: ReadonlySet<string> = new Set([
  ...['done', 'failed', 'refused', 'closed', 'rejected', 'aborted'],
]);

export interface FollowerOptions {
  readonly filter: string;
  /** Told of rows in order, when they are over; of WebSockets also when they are open. */
  readonly show: (rows: readonly ExchangeRow[]) => Promise<void>;
  readonly asked: AbortSignal;
}

/** Reads one inspector's changes until its program is gone. */
export class Follower {
  readonly #found: FoundInspector;
  readonly #options: FollowerOptions;
  readonly #waiting = new Map<string, ExchangeRow>();
  readonly #shown = new Set<string>();
  #since = 0;
  #isShowing = false;
  #failure: unknown;

  constructor(found: FoundInspector, options: FollowerOptions) {
    this.#found = found;
    this.#options = options;
  }

  /** These are not to be shown again. */
  wasShown(rows: readonly ExchangeRow[]): void {
    for (const row of rows) this.#markShown(row);
  }

  /** Settles when the program of the inspector is gone; rejects when asked to end. */
  async run(since: number): Promise<void> {
    this.#since = since;
    const { asked } = this.#options;
    for (let lostAt = performance.now(); performance.now() - lostAt < AWAY_MS; ) {
      if (await this.#listen()) lostAt = performance.now();
      if (this.#failure !== undefined && !(this.#failure instanceof InspectorSilent)) {
        throw this.#failure;
      }
      asked.throwIfAborted();
      if (!this.#found.isAlive()) return;
      await sleep(AGAIN_MS, undefined, { signal: asked });
    }
  }

  /** Until the connection ends. Whether there was one. */
  async #listen(): Promise<boolean> {
    const socket = this.#found.client.live(this.#since);
    let isOpen = false;
    const end = (): void => socket.close();
    this.#options.asked.addEventListener('abort', end, { once: true });
    socket.addEventListener('open', () => {
      isOpen = true;
    });
    socket.addEventListener('message', ({ data }) => {
      const news = JSON.parse(String(data)) as LiveChanges;
      // Others are told, too; more kinds may come.
      if (news.type !== 'changes') return;
      this.#take(news);
      void this.#showAll().catch((error: unknown) => {
        this.#failure = error;
        socket.close();
      });
    });
    // One that fails while it connects may tell of no close, as in Node 22.
    await Promise.race([once(socket, 'close'), once(socket, 'error')]);
    socket.close();
    this.#options.asked.removeEventListener('abort', end);
    return isOpen;
  }

  #take({ version, rows }: LiveChanges): void {
    this.#since = version;
    for (const row of rows) {
      if (!this.#isNews(row)) continue;
      this.#waiting.delete(row.id);
      this.#waiting.set(row.id, row);
    }
    forgetOldest(this.#waiting, WAITING_MAX);
  }

  /** One after the other: a slow reader must not turn their order. */
  async #showAll(): Promise<void> {
    if (this.#isShowing) return;
    this.#isShowing = true;
    try {
      while (this.#waiting.size > 0) {
        const rows = [...this.#waiting.values()].sort((a, b) => a.order - b.order);
        this.#waiting.clear();
        const { filter, show } = this.#options;
        for (const row of rows) this.#markShown(row);
        await show(await matching(this.#found.client, filter, rows));
      }
    } finally {
      this.#isShowing = false;
    }
  }

  #isNews(row: ExchangeRow): boolean {
    const isOver = OVER.has(row.state);
    const isOpen = row.state === 'open';
    return (isOver || isOpen) && !this.#shown.has(keyOf(row));
  }

  #markShown(row: ExchangeRow): void {
    this.#shown.add(keyOf(row));
    forgetOldest(this.#shown, SHOWN_MAX);
  }
}

function keyOf({ id, state }: ExchangeRow): string {
  return OVER.has(state) ? id : `${id} ${state}`;
}

function forgetOldest(kept: Map<string, unknown> | Set<string>, most: number): void {
  for (const key of kept.keys()) {
    if (kept.size <= most) return;
    kept.delete(key);
  }
}
