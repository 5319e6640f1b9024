import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { guarded, inInspector, isOfInspector } from '../../src/inspection/scope.ts';

test('what begins in the inspector is known as its own, timers and promises too', async () => {
  const seen: boolean[] = [];
  await inInspector(async () => {
    seen.push(isOfInspector());
    await sleep(1);
    seen.push(isOfInspector());
    await new Promise<void>((resolve) => {
      setImmediate(() => {
        seen.push(isOfInspector());
        resolve();
      });
    });
  });
  expect(seen).toEqual([true, true, true]);
  expect(isOfInspector()).toBe(false);
});

test('a listener that throws is not called again; who calls it notices nothing', () => {
  const told: number[] = [];
  const failures: unknown[] = [];
  const listener = guarded(
    (number: number) => {
      told.push(number);
      if (number === 2) throw new Error('two');
    },
    (error) => failures.push([error, isOfInspector()]),
  );
  for (const number of [1, 2, 3]) listener(number);
  expect(told).toEqual([1, 2]);
  expect(failures).toEqual([[new Error('two'), true]]);
});
