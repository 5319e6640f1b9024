import { expect, test } from 'vitest';
import { BLOCK, BlockPool } from '../../src/capture/block-pool.ts';

const MiB = 1024 * 1024;

/** Takes that many as one chain; its first block. */
function chain(pool: BlockPool, count: number): number {
  const blocks = Array.from({ length: count }, () => pool.take());
  for (const [i, block] of blocks.entries()) pool.link(block, blocks[i + 1] ?? -1);
  return blocks[0] as number;
}

test('no block is taken twice, and memory is got by the mebibyte', () => {
  const pool = new BlockPool();
  const blocks = new Set(Array.from({ length: 2_500 }, () => pool.take()));
  expect(blocks.size).toBe(2_500);
  expect(pool.size).toBe(3 * MiB);
});

test('what is given back is taken again before memory is got', () => {
  const pool = new BlockPool();
  const chains = Array.from({ length: 3 }, () => chain(pool, 1_000));
  for (let i = 0; i < 100; i++) {
    pool.give(chains.shift() as number);
    chains.push(chain(pool, 1_000));
  }
  expect(pool.size).toBe(3 * MiB);
});

test('slabs of which all was given back are let go, but for one', () => {
  const pool = new BlockPool();
  const chains = Array.from({ length: 64 }, () => chain(pool, MiB / BLOCK));
  expect(pool.size).toBe(64 * MiB);
  for (const first of chains.toReversed()) pool.give(first);
  expect(pool.size).toBe(MiB);
  const again = new Set(Array.from({ length: 3_000 }, () => pool.take()));
  expect([again.size, pool.size]).toEqual([3_000, 3 * MiB]);
});
