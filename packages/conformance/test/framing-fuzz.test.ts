/** 2.A, A46: mutants of requests and responses. A seed repeats a run; `pnpm soak` takes many more. */
import { expect, test } from 'vitest';
import { fuzzRequests } from '../src/fuzz/request-fuzz.ts';
import { fuzzResponses } from '../src/fuzz/response-fuzz.ts';

const SEED = 20_261_121;

test('A46 20,000 mutants of requests', { timeout: 120_000 }, async () => {
  const report = await fuzzRequests(20_000, SEED);
  console.log('request mutants', report);
  // Not so broken that nothing was let in, nor so tame that everything was.
  expect(report.accepted).toBeGreaterThan(report.runs / 20);
  expect(report.accepted).toBeLessThan(report.runs * 0.9);
});

test('A46 5,000 mutants of responses', { timeout: 60_000 }, async () => {
  const report = await fuzzResponses(5_000, SEED);
  console.log('response mutants', report);
  expect(report.accepted).toBeGreaterThan(report.runs / 20);
  expect(report.accepted).toBeLessThan(report.runs * 0.95);
});
