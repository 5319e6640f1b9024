import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BlockPool } from '../../src/capture/block-pool.ts';
import { FactLog } from '../../src/capture/fact-log.ts';

const bytes = fc.uint8Array({ maxLength: 5_000, size: 'max' });
const step = fc.tuple(fc.nat(2), fc.nat(15), bytes, fc.constantFrom('text', 'bytes', 'drop'));

test('each log holds what it was given, whatever others on the same blocks do', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const pool = new BlockPool();
      const logs = [0, 1, 2].map(() => ({
        log: new FactLog(pool),
        pieces: new Map<number, Buffer>(),
      }));
      for (const [i, { log }] of logs.entries()) log.begin(Float64Array.of(i, -1, i + 0.5));
      for (const [at, kind, piece, what] of steps) {
        const { log, pieces } = logs[at] as (typeof logs)[number];
        if (what === 'drop') {
          log.drop();
          log.begin(Float64Array.of(at, -1, at + 0.5));
          pieces.clear();
          continue;
        }
        if (what === 'text') log.pushText(kind, Buffer.from(piece).toString('latin1'));
        else log.pushBytes(kind, piece);
        pieces.set(kind, Buffer.concat([pieces.get(kind) ?? Buffer.alloc(0), piece]));
      }
      for (const [i, { log, pieces }] of logs.entries()) {
        for (let kind = 0; kind < 16; kind++) {
          expect(log.read(kind).equals(pieces.get(kind) ?? Buffer.alloc(0))).toBe(true);
        }
        expect([0, 1, 2].map((field) => log.number(field))).toEqual([i, -1, i + 0.5]);
      }
    }),
  );
});

test('one that was dropped is empty and takes nothing', () => {
  const log = new FactLog(new BlockPool());
  log.begin(Float64Array.of(7));
  log.pushBytes(1, new Uint8Array(10_000));
  expect(log.held).toBeGreaterThan(10_000);
  log.drop();
  log.drop();
  log.pushText(1, 'more');
  log.setNumber(0, 8);
  expect([log.held, log.read(1).length, log.number(0)]).toEqual([0, 0, 0]);
});
