import type { Clock, Timer } from '@sellia/session';

export interface Waiter {
  onDeadline(): void;
}

/**
 * Many waits of one length on one timer: a request costs an entry in a map, not a timer of its
 * own. Entries stand in the order of their deadlines, since all wait equally long.
 */
export class DeadlineQueue {
  readonly #clock: Clock;
  readonly #waitMs: number;
  readonly #deadlines = new Map<Waiter, number>();
  #timer: Timer | undefined;

  constructor(clock: Clock, waitMs: number) {
    this.#clock = clock;
    this.#waitMs = waitMs;
  }

  /** Starts the wait of `waiter`, or starts it anew. */
  start(waiter: Waiter): void {
    this.#deadlines.delete(waiter);
    this.#deadlines.set(waiter, this.#clock.now() + this.#waitMs);
    this.#timer ??= this.#clock.after(this.#waitMs, this.#fire);
  }

  stop(waiter: Waiter): void {
    this.#deadlines.delete(waiter);
  }

  /** Ends all waits without a word. */
  close(): void {
    this.#deadlines.clear();
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  readonly #fire = (): void => {
    this.#timer = undefined;
    const now = this.#clock.now();
    for (const [waiter, deadline] of this.#deadlines) {
      if (deadline > now) {
        this.#timer ??= this.#clock.after(deadline - now, this.#fire);
        return;
      }
      this.#deadlines.delete(waiter);
      waiter.onDeadline();
    }
  };
}
