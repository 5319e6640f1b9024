import type { ExchangeRow } from '../api/types.ts';
import { usePrefs } from '../prefs/prefs.ts';
import { traffic } from '../traffic/session.ts';
import { ErrorCount } from './error-count.ts';

/** How many exchanges failed while the page was hidden, and word of it for those who want that. */
class UnseenErrors {
  readonly #listeners = new Set<() => void>();
  #counting: ErrorCount | undefined;

  constructor() {
    document.addEventListener('visibilitychange', () => this.#onVisibility());
    traffic.subscribe(() => this.#onTraffic());
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly count = (): number => this.#counting?.count ?? 0;

  #onVisibility(): void {
    this.#counting = document.hidden ? new ErrorCount(traffic.traffic().rows) : undefined;
    this.#tell();
  }

  #onTraffic(): void {
    const fresh = this.#counting?.look(traffic.traffic().rows) ?? [];
    if (fresh.length === 0) return;
    notify(fresh.at(-1) as ExchangeRow, this.count());
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** One notice for the page; the next replaces it. */
function notify({ method, target, status }: ExchangeRow, count: number): void {
  if (!usePrefs.getState().notifies || Notification.permission !== 'granted') return;
  const title = count === 1 ? 'Sellia: an error' : `Sellia: ${count} errors`;
  const path = target.split('?', 1)[0]?.slice(0, 200);
  const body = `${method} ${path} ${status === 0 ? 'failed' : status}`;
  const notice = new Notification(title, { body, tag: 'sellia-errors' });
  notice.onclick = () => window.focus();
}

/** As long as the page is open. */
export const unseenErrors = new UnseenErrors();
