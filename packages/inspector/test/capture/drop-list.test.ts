import { expect, test } from 'vitest';
import { DropList } from '../../src/capture/drop-list.ts';

test('remembers the last ones, and tells whom it cannot tell all', () => {
  const drops = new DropList(3);
  expect([drops.forgotten, drops.since(0)]).toEqual([0, []]);
  for (let order = 1; order <= 3; order++) drops.add(order, 10 * order);
  expect([drops.forgotten, drops.since(0), drops.since(10)]).toEqual([0, [1, 2, 3], [2, 3]]);
  drops.add(4, 40);
  drops.add(5, 50);
  expect([drops.forgotten, drops.since(20), drops.since(50)]).toEqual([20, [3, 4, 5], []]);
});
