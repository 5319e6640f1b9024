import { Buffer } from 'node:buffer';
import { encodeFrame, FrameType } from '@sellia/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { KeptBudget } from '../src/kept-budget.ts';
import { KeptMessages } from '../src/kept-messages.ts';
import { SLAB_SIZE, takeSlab } from '../src/slab-pool.ts';

/** A frame that says its number. */
function numbered(count: number, size = 8): Uint8Array {
  const payload = Buffer.alloc(size);
  payload.writeUInt32BE(count);
  return encodeFrame({ type: FrameType.Data, streamId: 1, end: false, payload });
}

/** Keeps messages of so many frames each; returns their total. */
function keepAll(kept: KeptMessages, messages: readonly number[], size?: number): number {
  let count = 0;
  for (const frames of messages) {
    const slab = takeSlab();
    let end = 10;
    for (let i = 0; i < frames; i++) {
      const frame = numbered(count++, size);
      slab.set(frame, end);
      end += frame.length;
    }
    kept.keep(slab, 10, end, count);
  }
  return count;
}

function replayed(kept: KeptMessages): number[] {
  const numbers: number[] = [];
  for (let next = kept.nextReplay(); next !== undefined; next = kept.nextReplay()) {
    const { bytes } = next;
    for (let at = 0; at < bytes.length; at += 8 + Buffer.from(bytes).readUIntBE(at + 5, 3)) {
      numbers.push(Buffer.from(bytes).readUInt32BE(at + 8));
    }
  }
  return numbers;
}

describe('kept messages', () => {
  test('whatever was acknowledged, wherever a message ended, the rest is sent again in order', () => {
    const messages = fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 300 });
    fc.assert(
      fc.property(
        messages,
        fc.nat(),
        fc.nat(),
        fc.integer({ min: 4, max: 9_000 }),
        (list, a, b, size) => {
          const budget = new KeptBudget();
          const kept = new KeptMessages(budget);
          const total = keepAll(kept, list, size);
          const [first = 0, second = 0] = [a % (total + 1), b % (total + 1)].sort((x, y) => x - y);
          kept.acknowledged(first);
          kept.startReplay(second);
          const rest = Array.from({ length: total - second }, (_, i) => second + i);
          expect(kept.isReplaying).toBe(rest.length > 0);
          expect(replayed(kept)).toEqual(rest);
          // What is kept from now on has not been sent before.
          keepAll(kept, [1]);
          expect([kept.isReplaying, kept.nextReplay()]).toEqual([false, undefined]);
          kept.acknowledged(total + 1);
          expect([kept.cost, budget.used]).toEqual([0, 0]);
        },
      ),
    );
  });

  test('a large message stays in its slab until it is sent and acknowledged, both', () => {
    const kept = new KeptMessages(new KeptBudget());
    const slab = takeSlab();
    const message = kept.keep(slab, 0, 20_000, 1);
    expect(kept.cost).toBe(SLAB_SIZE + 64);
    message?.sending();
    kept.acknowledged(1);
    const others = Array.from({ length: 200 }, takeSlab);
    expect(others.includes(slab)).toBe(false);
    message?.sent();
    expect(takeSlab() === slab).toBe(true);
  });

  test('a small one is copied, and its slab is free at once', () => {
    const kept = new KeptMessages(new KeptBudget());
    const slab = takeSlab();
    expect(kept.keep(slab, 0, 100, 1)).toBeUndefined();
    expect(kept.cost).toBe(164);
    kept.clear();
    expect(kept.cost).toBe(0);
  });
});

describe('the budget of a process', () => {
  test('ends the one that is away and keeps most, and no other', () => {
    const budget = new KeptBudget(1_000);
    const evicted: string[] = [];
    const keeper = (name: string, cost: number) => ({
      cost,
      evict: () => {
        evicted.push(name);
        budget.add(-cost);
      },
    });
    budget.add(900);
    for (const each of [keeper('small', 100), keeper('large', 500), keeper('middle', 300)]) {
      budget.wentAway(each);
    }
    expect(budget.isFull).toBe(false);
    budget.add(200);
    expect(evicted).toEqual(['large']);
    expect(budget.used).toBe(600);
  });
});
