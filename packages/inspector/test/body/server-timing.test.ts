import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { METRICS_MAX, serverTiming } from '../../src/body/server-timing.ts';

const metric = (name: string, durationMs = -1, description = '') => ({
  name,
  durationMs,
  description,
});

describe('Server-Timing', () => {
  test.each([
    ['', []],
    ['miss', [metric('miss')]],
    ['db;dur=53', [metric('db', 53)]],
    ['miss, db;dur=53, app;dur=47.2', [metric('miss'), metric('db', 53), metric('app', 47.2)]],
    ['cache;desc="Cache Read";dur=23.2', [metric('cache', 23.2, 'Cache Read')]],
    ['cache ; DESC = read ; Dur = "1.5"', [metric('cache', 1.5, 'read')]],
    ['a;desc="x, y; \\"z\\\\";dur=2, b', [metric('a', 2, 'x, y; "z\\'), metric('b')]],
    ['a;dur=1;dur=2', [metric('a', 1)]],
    ['a;other;dur=3', [metric('a', 3)]],
    ['total;dur=0', [metric('total', 0)]],
    ['cdn-cache; desc=HIT', [metric('cdn-cache', -1, 'HIT')]],
  ])('%j', (header, metrics) => {
    expect(serverTiming(header)).toEqual(metrics);
  });

  test.each([
    ['a;dur=x', [metric('a')]],
    ['a;dur=-1', [metric('a')]],
    ['a;dur=Infinity', [metric('a')]],
    ['a;dur=0x10', [metric('a')]],
    ['a;desc="never closed', [metric('a', -1, 'never closed')]],
    ['a;desc="\\', [metric('a')]],
    [',,;;=, a', [metric('a')]],
    ['"quoted";dur=1, b', [metric('b')]],
    ['a b;dur=1', [metric('a', 1)]],
  ])('what breaks the rules: %j', (header, metrics) => {
    expect(serverTiming(header)).toEqual(metrics);
  });

  test('is bounded', () => {
    expect(serverTiming('a,'.repeat(10_000))).toHaveLength(METRICS_MAX);
    const [long] = serverTiming(`a;desc="${'x'.repeat(1_000_000)}"`);
    expect(long?.description).toHaveLength(1_000);
  });

  test('reads anything', () => {
    fc.assert(
      fc.property(fc.string(), (header) => {
        for (const { name, durationMs } of serverTiming(header)) {
          expect(name).not.toBe('');
          expect(Number.isFinite(durationMs)).toBe(true);
        }
      }),
    );
  });
});
