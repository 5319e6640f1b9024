import { fuzzRequests } from '../fuzz/request-fuzz.ts';
import { fuzzResponses } from '../fuzz/response-fuzz.ts';
import type { SoakRun } from './soak-run.ts';

/** In this many pieces, so that a failure's seed is known and repeats in seconds. */
const ROUNDS = 50;
const REQUESTS = 20_000;
const RESPONSES = 5_000;

export const mutants: SoakRun = {
  name: 'mutants',
  about: 'A46: 1,000,000 mutants of requests, 250,000 of responses; a failure names its seed',
  async run() {
    const first = Date.now() % 0x3fffffff;
    let accepted = 0;
    let slowestMs = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const seed = first + 10 * round;
      for (const fuzz of [
        () => fuzzRequests(REQUESTS, seed),
        () => fuzzResponses(RESPONSES, seed),
      ]) {
        const report = await fuzz();
        accepted += report.accepted;
        slowestMs = Math.max(slowestMs, report.slowestMs);
      }
    }
    return `seed ${first}, ${accepted} let through, slowest ${slowestMs.toFixed(0)} ms`;
  },
};
