import type { Clock, Timer } from '@sellia/session';
import type { Fault } from './fault.ts';
import type { FaultSchedule } from './fault-schedule.ts';

/** What faults happen to: a FaultProxy, or a pair of transports in memory. */
export interface Faulty {
  apply(fault: Fault): Promise<void> | void;
}

/** Plays a schedule by a clock. Owner: the test, by `stop`. */
export class FaultRun {
  /** Settles after the last fault, or after `stop`; rejects when a fault could not be applied. */
  readonly done: Promise<void>;
  /** Faults that have happened, heals among them. */
  played = 0;
  readonly #faulty: Faulty;
  readonly #schedule: FaultSchedule;
  readonly #clock: Clock;
  readonly #startedMs: number;
  #timer: Timer | undefined;
  #applied: Promise<unknown> = Promise.resolve();
  #end!: { resolve: () => void; reject: (error: unknown) => void };

  constructor(faulty: Faulty, schedule: FaultSchedule, clock: Clock) {
    this.#faulty = faulty;
    this.#schedule = schedule;
    this.#clock = clock;
    this.#startedMs = clock.now();
    this.done = new Promise((resolve, reject) => {
      this.#end = { resolve, reject };
    });
    this.#waitForNext();
  }

  /** No more faults. What was done stays done until somebody heals it. */
  stop(): void {
    this.#timer?.cancel();
    this.#end.resolve();
  }

  #waitForNext(): void {
    const next = this.#schedule[this.played];
    if (next === undefined) {
      this.#applied.then(this.#end.resolve, this.#end.reject);
      return;
    }
    const leftMs = this.#startedMs + next.atMs - this.#clock.now();
    this.#timer = this.#clock.after(Math.max(0, leftMs), () => this.#play(next.fault));
  }

  #play(fault: Fault): void {
    this.played++;
    const applied = Promise.all([this.#applied, this.#apply(fault)]);
    applied.catch(this.#end.reject);
    this.#applied = applied;
    this.#waitForNext();
  }

  async #apply(fault: Fault): Promise<void> {
    await this.#faulty.apply(fault);
  }
}
