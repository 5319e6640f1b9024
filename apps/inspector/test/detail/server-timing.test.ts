import { expect, test } from 'vitest';
import { serverTimes } from '../../src/detail/server-timing.ts';

test('names, durations and descriptions, of all lines', () => {
  expect(
    serverTimes(['miss, db;dur=53', 'cache;desc="Cache, read; all";dur=23.2, app;desc=fast']),
  ).toEqual([
    { name: 'miss', ms: -1, description: '' },
    { name: 'db', ms: 53, description: '' },
    { name: 'cache', ms: 23.2, description: 'Cache, read; all' },
    { name: 'app', ms: -1, description: 'fast' },
  ]);
});

test('a duration that is no number is none', () => {
  expect(serverTimes(['a;dur=soon, b;dur=-1, c;dur=1e9'])).toMatchObject([
    { name: 'a', ms: -1 },
    { name: 'b', ms: -1 },
    { name: 'c', ms: -1 },
  ]);
});

test('any text is read in no time, and at most 100 entries of it', () => {
  const hostile = [`a${';x="'.repeat(20_000)}`, ';= "'.repeat(20_000), 'a,'.repeat(50_000)];
  const begun = performance.now();
  expect(serverTimes(hostile).length).toBeLessThanOrEqual(100);
  expect(performance.now() - begun).toBeLessThan(1_000);
});
