import { expect, test } from 'vitest';
import type { Figure } from '../src/measurement.ts';
import { resultOf, subjectResult } from '../src/results.ts';
import { type Goal, judge } from '../src/targets.ts';

const RATE: Figure = { key: 'rate', label: 'requests/s', unit: '/s', better: 'higher' };
const P99: Figure = { key: 'p99', label: 'p99', unit: 'ms', better: 'lower' };

function results(own: number[], other: number[], p99: number) {
  const measurement = {
    name: 'requests-50',
    title: '',
    upstream: 'pages',
    figures: [RATE, P99],
    warm: async () => {},
    measure: async () => ({}),
  } as const;
  const sellia = own.map((rate) => ({ rate, p99 }));
  const proxy = other.map((rate) => ({ rate }));
  return [
    resultOf(measurement, [
      subjectResult('sellia', measurement.figures, sellia),
      subjectResult('node-proxy', measurement.figures, proxy),
    ]),
  ];
}

const goal = (part: Partial<Goal>): Goal => ({
  title: '',
  figure: 'requests-50.rate',
  atLeast: 0.8,
  aim: 1.2,
  better: 'higher',
  ...part,
});

function verdict(part: Partial<Goal>, own: number[], other: number[], p99 = 3): string {
  const [judged] = judge(results(own, other, p99), [goal(part)]);
  return `${judged?.value.toFixed(2)} ${judged?.verdict}`;
}

test('the ratio of the medians is held against both bounds', () => {
  const against = 'node-proxy';
  expect(verdict({ against }, [10, 30, 20], [10, 10, 90])).toBe('2.00 aim reached');
  expect(verdict({ against }, [9], [10])).toBe('0.90 reached');
  expect(verdict({ against }, [7], [10])).toBe('0.70 NOT REACHED');
});

test('a cost has to stay below its bounds', () => {
  const cost = { figure: 'requests-50.p99', better: 'lower', atLeast: 5, aim: 2 } as const;
  expect(verdict(cost, [1], [1], 2)).toBe('2.00 aim reached');
  expect(verdict(cost, [1], [1], 4)).toBe('4.00 reached');
  expect(verdict(cost, [1], [1], 6)).toBe('6.00 NOT REACHED');
});

test('what nobody measured is not judged', () => {
  expect(verdict({ against: 'ssh -R' }, [1], [1])).toBe('NaN not measured');
  expect(verdict({ figure: 'stall.growth-relay' }, [1], [1])).toBe('NaN not measured');
});
