import type { Clock, Timer } from '@sellia/session';

export interface Waiter {
  onDeadline(): void;
}

/** One party's place in a queue: made once, started and stopped at will. */
export class Wait {
  readonly waiter: Waiter;
  deadline = 0;
  isRunning = false;
  /** Neighbours in the queue. */
  before: Wait | undefined;
  behind: Wait | undefined;

  constructor(waiter: Waiter) {
    this.waiter = waiter;
  }
}

/**
 * Many waits of one length on one timer: a request links and unlinks its wait, and no timer is
 * made for it. They stand in the order of their deadlines, since all are equally long.
 */
export class DeadlineQueue {
  readonly #clock: Clock;
  readonly #waitMs: number;
  #first: Wait | undefined;
  #last: Wait | undefined;
  #timer: Timer | undefined;

  constructor(clock: Clock, waitMs: number) {
    this.#clock = clock;
    this.#waitMs = waitMs;
  }

  /** Starts `wait`, or starts it anew. */
  start(wait: Wait): void {
    this.stop(wait);
    wait.deadline = this.#clock.now() + this.#waitMs;
    wait.isRunning = true;
    wait.before = this.#last;
    if (this.#last === undefined) this.#first = wait;
    else this.#last.behind = wait;
    this.#last = wait;
    this.#timer ??= this.#clock.after(this.#waitMs, this.#fire);
  }

  stop(wait: Wait): void {
    if (!wait.isRunning) return;
    wait.isRunning = false;
    const { before, behind } = wait;
    if (before === undefined) this.#first = behind;
    else before.behind = behind;
    if (behind === undefined) this.#last = before;
    else behind.before = before;
    wait.before = undefined;
    wait.behind = undefined;
  }

  /** Ends all waits without a word. */
  close(): void {
    while (this.#first !== undefined) this.stop(this.#first);
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  readonly #fire = (): void => {
    this.#timer = undefined;
    const now = this.#clock.now();
    for (let due = this.#first; due !== undefined; due = this.#first) {
      if (due.deadline > now) {
        this.#timer ??= this.#clock.after(due.deadline - now, this.#fire);
        return;
      }
      this.stop(due);
      due.waiter.onDeadline();
    }
  };
}
