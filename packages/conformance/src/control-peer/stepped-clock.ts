import { type Clock, type Timer, VirtualClock } from '@sellia/session';

/** A question and its answer over loopback take about four. */
const TURNS = 6;

/**
 * For real sockets: timers fire only when the test says so, while writes are gathered in real
 * turns of the event loop. Frozen time also makes every rate limit exact.
 */
export class SteppedClock implements Clock {
  readonly #timers = new VirtualClock();

  now(): number {
    return this.#timers.now();
  }

  after(ms: number, fire: () => void): Timer {
    return this.#timers.after(ms, fire);
  }

  soon(fire: () => void): void {
    setImmediate(fire);
  }

  /** As if the process had been stopped: what fell due meanwhile fires at the next `advance`. */
  oversleep(ms: number): void {
    this.#timers.oversleep(ms);
  }

  /** Moves in steps of a second, with real turns between, so that sockets keep up with timers. */
  async advance(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 1_000) {
      this.#timers.advance(Math.min(left, 1_000));
      for (let i = 0; i < TURNS; i++) await new Promise((resolve) => setImmediate(resolve));
    }
  }
}
