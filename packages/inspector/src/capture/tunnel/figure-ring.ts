import type { TrafficFigures } from '../../exchange/tunnel-facts.ts';

/** A quarter of an hour in stretches of ten seconds. */
const STRETCH_MS = 10_000;
const STRETCHES = 90;
/** Durations by their logarithm, four bins an octave: 9 % off at most, from 1/8 ms to an hour. */
const BINS_PER_OCTAVE = 4;
const LEAST_LOG = -3;
const BINS = 25 * BINS_PER_OCTAVE;

const Column = { requests: 0, errors: 1, refused: 2, requestBytes: 3, responseBytes: 4 } as const;
const COLUMNS = 5;

export type Counted = keyof typeof Column;

/**
 * Sums and durations of the last quarter of an hour: 40 KB a tunnel, and nothing is allocated however
 * much is counted. `at` is Unix milliseconds; a clock that is set back counts on in the newest stretch.
 */
export class FigureRing {
  readonly #sums = new Float64Array(STRETCHES * COLUMNS);
  readonly #durations = new Uint32Array(STRETCHES * BINS);
  readonly #since: number;
  /** Number of the newest stretch. */
  #newest: number;

  constructor(at: number) {
    this.#since = at;
    this.#newest = Math.floor(at / STRETCH_MS);
  }

  add(what: Counted, count: number, at: number): void {
    const slot = this.#slot(at) * COLUMNS + Column[what];
    this.#sums[slot] = (this.#sums[slot] as number) + count;
  }

  addDuration(ms: number, at: number): void {
    const slot = this.#slot(at) * BINS + binOf(ms);
    this.#durations[slot] = (this.#durations[slot] as number) + 1;
  }

  /** Of the last `minutes`, which is 15 at most. */
  read(minutes: number, at: number): TrafficFigures {
    this.#slot(at);
    const stretches = Math.min(STRETCHES, (minutes * 60_000) / STRETCH_MS);
    const from = Math.max(this.#since, (this.#newest - stretches + 1) * STRETCH_MS);
    const overMs = Math.max(0, at - from);
    const sum = (what: Counted) => this.#sum(what, stretches);
    const requests = sum('requests');
    return {
      overMs,
      requests,
      errors: sum('errors'),
      refused: sum('refused'),
      // In its first second a tunnel would seem busier than it is.
      perSecond: (1000 * requests) / Math.max(1000, overMs),
      ...this.#percentiles(stretches),
      requestBytes: sum('requestBytes'),
      responseBytes: sum('responseBytes'),
    };
  }

  /** Makes the stretch of `at` the newest, and says where it is. */
  #slot(at: number): number {
    const stretch = Math.floor(at / STRETCH_MS);
    const emptied = Math.min(STRETCHES, stretch - this.#newest);
    for (let i = 0; i < emptied; i++) {
      const slot = (stretch - i) % STRETCHES;
      this.#sums.fill(0, slot * COLUMNS, (slot + 1) * COLUMNS);
      this.#durations.fill(0, slot * BINS, (slot + 1) * BINS);
    }
    this.#newest = Math.max(this.#newest, stretch);
    return this.#newest % STRETCHES;
  }

  #sum(what: Counted, stretches: number): number {
    let sum = 0;
    for (let i = 0; i < stretches; i++) {
      const slot = (this.#newest - i) % STRETCHES;
      sum += this.#sums[slot * COLUMNS + Column[what]] as number;
    }
    return sum;
  }

  #percentiles(stretches: number): Pick<TrafficFigures, 'p50Ms' | 'p90Ms' | 'p99Ms'> {
    const counts = new Uint32Array(BINS);
    let all = 0;
    for (let i = 0; i < stretches; i++) {
      const start = ((this.#newest - i) % STRETCHES) * BINS;
      for (let bin = 0; bin < BINS; bin++) {
        const count = this.#durations[start + bin] as number;
        counts[bin] = (counts[bin] as number) + count;
        all += count;
      }
    }
    const at = (part: number) => durationAt(counts, Math.ceil(all * part));
    return { p50Ms: at(0.5), p90Ms: at(0.9), p99Ms: at(0.99) };
  }
}

function binOf(ms: number): number {
  const bin = Math.floor((Math.log2(ms) - LEAST_LOG) * BINS_PER_OCTAVE);
  // The logarithm of nothing is no number that counts.
  return bin >= 0 ? Math.min(BINS - 1, bin) : 0;
}

/** Of the `rank`th of all, from 1: the middle of its bin. */
function durationAt(counts: Uint32Array, rank: number): number {
  if (rank === 0) return -1;
  let passed = 0;
  const bin = counts.findIndex((count) => {
    passed += count;
    return passed >= rank;
  });
  const ms = 2 ** ((bin + 0.5) / BINS_PER_OCTAVE + LEAST_LOG);
  return Number(ms.toPrecision(3));
}
