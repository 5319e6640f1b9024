import { expect, test } from 'vitest';
import { count, durationText, readDuration, sizeText, timeOfDay } from '../src/index.ts';

test.each([
  [-1, '0ms'],
  [0.4, '0ms'],
  [999.4, '999ms'],
  [999.6, '1.0s'],
  [59_900, '59.9s'],
  [59_960, '1m00s'],
  [247_000, '4m07s'],
  [3_599_600, '1h00m'],
  [7_500_000, '2h05m'],
])('%d ms reads %s', (milliseconds, text) => {
  expect(durationText(milliseconds)).toBe(text);
});

test.each([
  [0, '0B'],
  [1023, '1023B'],
  [1024, '1.0kB'],
  [1024 * 1024 - 1, '1.0MB'],
  [3 * 1024 ** 3, '3.0GB'],
  [5000 * 1024 ** 4, '5000.0TB'],
])('%d bytes read %s', (bytes, text) => {
  expect(sizeText(bytes)).toBe(text);
});

test.each([
  ['0', 0],
  ['500ms', 500],
  ['5s', 5_000],
  ['1.5m', 90_000],
  ['2h', 7_200_000],
])('%s is %d ms', (text, milliseconds) => {
  expect(readDuration(text)).toBe(milliseconds);
});

test.each(['', '5', 's', '-5s', '5 s', '5S', '5s ', '1e3s', '.5s', '5.s', '5d', '1234567890s'])(
  '"%s" is no duration',
  (text) => {
    expect(readDuration(text)).toBeUndefined();
  },
);

test('the time of day has two digits everywhere', () => {
  expect(timeOfDay(new Date(2026, 0, 2, 3, 4, 5))).toBe('03:04:05');
});

test('one is singular', () => {
  expect([count(0, 'request'), count(1, 'request')]).toEqual(['0 requests', '1 request']);
});
