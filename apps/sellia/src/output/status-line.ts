import { type LineWriter, type Palette, shortened, styled, timeOfDay } from '@sellia/terminal';
import type { StatusEvent } from '../events.ts';

interface StatusLineParts {
  readonly page: LineWriter;
  readonly palette: Palette;
  /** Width of the terminal now. */
  readonly columns: () => number;
}

const SECOND_MS = 1000;

/**
 * The one line at the bottom of a terminal that says why there is no link, and counts down to the
 * next attempt. It stands while the tunnel is away: other lines go above it.
 */
export class StatusLine {
  readonly #parts: StatusLineParts;
  #event: StatusEvent | undefined;
  #lostAt = new Date();
  #dueAt = 0;
  #countdown: NodeJS.Timeout | undefined;

  constructor(parts: StatusLineParts) {
    this.#parts = parts;
  }

  show(event: StatusEvent): void {
    if (this.#event === undefined) this.#lostAt = new Date();
    this.#event = event;
    this.#dueAt = performance.now() + (event.nextTryMs ?? 0);
    this.redraw();
    // Not what keeps the program running.
    this.#countdown ??= setInterval(() => this.redraw(), SECOND_MS).unref();
  }

  /** After something else was printed. */
  redraw(): void {
    if (this.#event === undefined) return;
    const { page, palette, columns } = this.#parts;
    const width = columns() - 1;
    const text = `[${timeOfDay(this.#lostAt)}] ${nextAttemptText(this.#event, this.#nextText())}`;
    page.draw(styled`${palette.yellow(shortened(text, width))}`, width);
  }

  /** Makes room for another stream of the same terminal. */
  erase(): void {
    if (this.#event !== undefined) this.#parts.page.draw('', 0);
  }

  hide(): void {
    this.erase();
    this.#event = undefined;
    clearInterval(this.#countdown);
    this.#countdown = undefined;
  }

  #nextText(): string {
    const seconds = Math.ceil((this.#dueAt - performance.now()) / SECOND_MS);
    return seconds > 0 ? `next try in ${seconds}s` : 'trying now';
  }
}

/** `reconnecting: why (attempt 3, next try in 12s)`. */
export function nextAttemptText(event: StatusEvent, next: string): string {
  const { status, reason, attempt } = event;
  return `${status}: ${reason.replace(/\.$/, '')} (attempt ${attempt}, ${next})`;
}
