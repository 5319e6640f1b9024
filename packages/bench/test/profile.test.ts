import { expect, test } from 'vitest';
import { type CpuProfile, spentBy } from '../src/profile.ts';

const node = (id: number, functionName: string, children: number[] = [], url = '') => ({
  id,
  callFrame: { functionName, url, lineNumber: 9 },
  children,
});

const PROFILE: CpuProfile = {
  nodes: [
    node(1, '(root)', [2, 3]),
    node(2, '(idle)'),
    node(3, 'flush', [4, 5], 'file:///a/session/src/session.ts'),
    node(4, 'writev'),
    node(5, 'flush', [], 'file:///a/session/src/session.ts'),
  ],
  samples: [2, 3, 4, 5],
  timeDeltas: [1_000, 10, 20, 30],
};

test('time goes to the function itself and, once, to each of its callers', () => {
  const spent = spentBy(PROFILE);
  expect(spent.get('flush session/src/session.ts:10')).toEqual({ self: 40, total: 60 });
  expect(spent.get('writev')).toEqual({ self: 20, total: 20 });
  expect(spent.has('(idle)')).toBe(false);
});

test('the start can be left out', () => {
  expect(spentBy(PROFILE, 1_030).get('flush session/src/session.ts:10')?.self).toBe(30);
});
