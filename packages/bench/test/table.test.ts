import { expect, test } from 'vitest';
import { number, ratio, table } from '../src/table.ts';

test('columns are as wide as their widest cell, numbers to the right', () => {
  const text = table(
    ['subject', 'requests/s'],
    [
      ['direct', '120,000'],
      ['a longer name', '9'],
    ],
  );
  expect(text.split('\n')).toEqual([
    'subject        requests/s',
    '-------------  ----------',
    'direct            120,000',
    'a longer name           9',
  ]);
});

test('numbers keep three digits that mean something', () => {
  expect([0.01234, 1.234, 12.34, 123.4, 1_234.5, -5, Number.NaN].map(number)).toEqual([
    '0.012',
    '1.23',
    '12.3',
    '123',
    '1,235',
    '-5.00',
    '-',
  ]);
});

test('ratios say so', () => {
  expect([0.5, 12.34, Number.NaN].map(ratio)).toEqual(['0.50 x', '12.3 x', '-']);
});
