import { expect, test } from 'vitest';
import { median, quantile } from '../src/median.ts';

test('the median is the middle one, or between the two middle ones', () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([1, 2, 4, 100])).toBe(3);
  expect(median([7])).toBe(7);
});

test('what is not known does not count, and nothing has no median', () => {
  expect(median([Number.NaN, 3, 1])).toBe(2);
  expect(median([])).toBeNaN();
});

test('a quantile is the value of the nearest rank', () => {
  const hundred = Float64Array.from({ length: 100 }, (_, i) => i + 1);
  expect(quantile(hundred, 0.5)).toBe(50);
  expect(quantile(hundred, 0.99)).toBe(99);
  expect(quantile(hundred, 1)).toBe(100);
  expect(quantile([], 0.5)).toBeNaN();
});
