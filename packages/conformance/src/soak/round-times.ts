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

  /** `p50 3, p99 8, max 8 ms of 20`. With few rounds the p99 is the slowest. */
  get text(): string {
    const sorted = [...this.#times].sort((a, b) => a - b);
    const at = (part: number) => sorted[Math.ceil(sorted.length * part) - 1] ?? Number.NaN;
    const [p50, p99, max] = [at(0.5), at(0.99), this.max].map((ms) => shown(ms));
    return `p50 ${p50}, p99 ${p99}, max ${max} ms of ${sorted.length}`;
  }

  /** Throws when a round has taken longer; `what` opens the message. */
  checkWithin(boundMs: number, what: string): void {
    check(this.max <= boundMs, `${what}: ${this.text}, the bound is ${boundMs} ms`);
  }
}

function shown(ms: number): string {
  return ms < 10 ? ms.toFixed(1) : ms.toFixed(0);
}
