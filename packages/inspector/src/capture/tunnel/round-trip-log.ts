import type { RoundTripFacts } from '../../exchange/tunnel-facts.ts';

/** Ten minutes, and the last minute of them, at a sample a second. */
const SAMPLES_MAX = 600;
const SHOWN = 60;
const UNKNOWN = -1;

/** Round trips of the last ten minutes, sampled: 2.4 KB, however long the tunnel is there. */
export class RoundTripLog {
  readonly #samples = new Float32Array(SAMPLES_MAX).fill(UNKNOWN);
  #next = 0;

  /** Once a second; 0 or less stands for a round trip that is not known. */
  sample(ms: number): void {
    this.#samples[this.#next] = ms > 0 ? ms : UNKNOWN;
    this.#next = (this.#next + 1) % SAMPLES_MAX;
  }

  /** -1 while unknown. */
  get least(): number {
    let least = UNKNOWN;
    for (const sample of this.#samples)
      if (sample >= 0 && (least < 0 || sample < least)) least = sample;
    return least;
  }

  read(nowMs: number): RoundTripFacts {
    const known = this.#samples.filter((sample) => sample >= 0).sort();
    const p95 = known[Math.ceil(known.length * 0.95) - 1] ?? UNKNOWN;
    return {
      nowMs: nowMs > 0 ? rounded(nowMs) : UNKNOWN,
      minMs: rounded(this.least),
      p95Ms: rounded(p95),
      samples: this.#newest(),
    };
  }

  #newest(): number[] {
    const samples: number[] = [];
    for (let i = SHOWN; i > 0; i--) {
      samples.push(rounded(this.#samples[(this.#next - i + SAMPLES_MAX) % SAMPLES_MAX] as number));
    }
    return samples;
  }
}

/** What a network measures is no more exact. */
function rounded(ms: number): number {
  return Math.round(ms * 100) / 100;
}
