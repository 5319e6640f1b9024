import { expect, test } from 'vitest';
import { selfTimes } from '../src/profile.ts';

const node = (id: number, functionName: string, url = '') => ({
  id,
  callFrame: { functionName, url, lineNumber: 9 },
});

test('time is added up by function, waiting left out', () => {
  const spent = selfTimes({
    nodes: [
      node(1, '(idle)'),
      node(2, 'send', 'file:///a/b/c/d.ts'),
      node(3, ''),
      node(4, 'writev'),
    ],
    samples: [1, 2, 3, 2, 4],
    timeDeltas: [1_000, 10, 20, 30, 5],
  });
  expect([...spent]).toEqual([
    ['send b/c/d.ts:10', 40],
    ['(anonymous)', 20],
    ['writev', 5],
  ]);
});
