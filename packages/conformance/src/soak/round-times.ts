import { check } from './soak-run.ts';

/** What something took, round by round, in milliseconds. */
export class RoundTimes {
  readonly #times: number[] = [];

  add(ms: number): void {
    this.#times.push(ms);
  }

  get max(): number {
    return Math.max(...this.#times);
  }

  get p50(): number {
    return this.#at(0.5);
  }

  get p99(): number {
    return this.#at(0.99);
  }

  /** `p50 3, p99 8, max 8 ms of 20`. With few rounds the p99 is the slowest. */
  get text(): string {
    const [p50, p99, max] = [this.p50, this.p99, this.max].map((ms) => shown(ms));
    return `p50 ${p50}, p99 ${p99}, max ${max} ms of ${this.#times.length}`;
  }

  /** Throws when a round has taken longer; `what` opens the message. */
  checkWithin(boundMs: number, what: string): void {
    check(this.max <= boundMs, `${what}: ${this.text}, the bound is ${boundMs} ms`);
  }

  #at(part: number): number {
    const sorted = this.#times.toSorted((a, b) => a - b);
    return sorted[Math.ceil(sorted.length * part) - 1] ?? Number.NaN;
  }
}

function shown(ms: number): string {
  return ms < 10 ? ms.toFixed(1) : ms.toFixed(0);
}
