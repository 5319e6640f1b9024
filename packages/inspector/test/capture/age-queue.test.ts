import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AgeQueue } from '../../src/capture/age-queue.ts';

test('is a sorted list, whatever is done to it', () => {
  const step = fc.tuple(fc.constantFrom('push', 'push', 'shift', 'move'), fc.nat(5_000));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 400 }), fc.nat(3_000), (steps, shifted) => {
      const queue = new AgeQueue<{ order: number }>();
      let order = 0;
      let model: { order: number }[] = [];
      // Far enough for the gaps at the front to be closed.
      for (let i = 0; i < shifted; i++) queue.push({ order: ++order });
      for (let i = 0; i < shifted; i++) queue.shift();
      for (const [what, n] of steps) {
        const some = model[n % Math.max(1, model.length)];
        if (what === 'push') {
          model.push({ order: ++order });
          queue.push(model.at(-1) as { order: number });
        } else if (what === 'shift') {
          expect(queue.shift()).toBe(model.shift());
        } else if (some !== undefined) {
          queue.remove(some);
          expect(queue.get(some.order)).toBeUndefined();
          if (n % 2 === 0) queue.insert(some);
          else model = model.filter((item) => item !== some);
        }
      }
      expect([...queue]).toEqual(model);
      expect(queue.size).toBe(model.length);
      expect(queue.oldest).toBe(model[0]);
      for (const item of model) expect(queue.get(item.order)).toBe(item);
    }),
  );
});
