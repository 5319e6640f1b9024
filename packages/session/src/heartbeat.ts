import type { Clock, Timer } from './clock.ts';

/** How often a silent peer is asked, and when it is given up. Milliseconds. */
export interface HeartbeatTimes {
  readonly intervalMs: number;
  readonly deadMs: number;
}

/** A vanished peer is noticed within 10 s; three questions must go unanswered. */
export const HEARTBEAT: HeartbeatTimes = { intervalMs: 3_000, deadMs: 9_500 };

/**
 * Asks at each interval, and says when nothing has been heard for too long. Any message counts. A
 * process that was stopped (a sleeping laptop, SIGSTOP) has heard nothing because it did not listen:
 * the peer gets its time anew.
 */
export class Heartbeat {
  readonly #clock: Clock;
  readonly #times: HeartbeatTimes;
  readonly #ask: () => void;
  readonly #giveUp: () => void;
  #heardAt: number;
  #tickedAt: number;
  #timer: Timer | undefined;
  #probe: Timer | undefined;

  constructor(clock: Clock, times: HeartbeatTimes, ask: () => void, giveUp: () => void) {
    this.#clock = clock;
    this.#times = times;
    this.#ask = ask;
    this.#giveUp = giveUp;
    this.#heardAt = clock.now();
    this.#tickedAt = this.#heardAt;
    this.#schedule();
  }

  heard(now: number): void {
    this.#heardAt = now;
  }

  /** Asks at once; nothing heard within `ms` counts as silence. */
  probe(ms: number): void {
    const askedAt = this.#clock.now();
    this.#ask();
    this.#probe?.cancel();
    this.#probe = this.#clock.after(ms, () => {
      if (this.#heardAt < askedAt) this.#giveUp();
    });
  }

  stop(): void {
    this.#timer?.cancel();
    this.#probe?.cancel();
  }

  /** A silence that reaches its end between two questions is noticed then. */
  #schedule(): void {
    const { intervalMs, deadMs } = this.#times;
    const left = this.#heardAt + deadMs - this.#clock.now();
    // Rounding may leave a rest of nothing: it would be asked for again and again in one instant.
    this.#timer = this.#clock.after(Math.max(1, Math.min(intervalMs, left)), this.#tick);
  }

  readonly #tick = (): void => {
    const now = this.#clock.now();
    const wasStopped = now - this.#tickedAt >= 2 * this.#times.intervalMs;
    this.#tickedAt = now;
    if (wasStopped) this.#heardAt = Math.max(this.#heardAt, now - this.#times.intervalMs);
    if (now - this.#heardAt >= this.#times.deadMs) {
      this.#giveUp();
      return;
    }
    this.#ask();
    this.#schedule();
  };
}
