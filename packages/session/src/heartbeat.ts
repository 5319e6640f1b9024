import type { Clock, Timer } from './clock.ts';

/** How often a silent peer is asked, and when it is given up. Milliseconds. */
export interface HeartbeatTimes {
  readonly intervalMs: number;
  readonly deadMs: number;
}

/** A vanished peer is noticed within 10 s; three questions must go unanswered. */
export const HEARTBEAT: HeartbeatTimes = { intervalMs: 3_000, deadMs: 9_500 };

/** Asks at each interval, and says when nothing has been heard for too long. Any message counts. */
export class Heartbeat {
  readonly #clock: Clock;
  readonly #times: HeartbeatTimes;
  readonly #ask: () => void;
  readonly #giveUp: () => void;
  #heardAt: number;
  #timer: Timer | undefined;

  constructor(clock: Clock, times: HeartbeatTimes, ask: () => void, giveUp: () => void) {
    this.#clock = clock;
    this.#times = times;
    this.#ask = ask;
    this.#giveUp = giveUp;
    this.#heardAt = clock.now();
    this.#schedule();
  }

  heard(now: number): void {
    this.#heardAt = now;
  }

  stop(): void {
    this.#timer?.cancel();
  }

  #schedule(): void {
    this.#timer = this.#clock.after(this.#times.intervalMs, this.#tick);
  }

  readonly #tick = (): void => {
    if (this.#clock.now() - this.#heardAt >= this.#times.deadMs) {
      this.#giveUp();
      return;
    }
    this.#ask();
    this.#schedule();
  };
}
