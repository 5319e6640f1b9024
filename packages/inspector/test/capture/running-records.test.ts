import { expect, test } from 'vitest';
import { BlockPool } from '../../src/capture/block-pool.ts';
import { ExchangeRecord } from '../../src/capture/exchange-record.ts';
import { RunningRecords } from '../../src/capture/running-records.ts';

const home = { run: 'r', bodyBytes: 1024, pool: new BlockPool() };

function begun(order: number): ExchangeRecord {
  const record = new ExchangeRecord(home);
  record.begin(order, 'one', 0);
  return record;
}

test('what runs is found, however many come after it; what is over, for a while', () => {
  const running = new RunningRecords(4);
  const records = Array.from({ length: 100 }, (_, i) => begun(i + 1));
  for (const [i, record] of records.entries()) {
    running.add(i + 1, record);
    if (i % 10 !== 0) running.isOver(i + 1);
  }
  for (const [i, record] of records.entries()) {
    const isFound = i % 10 === 0 || i >= 96;
    expect(running.get(i + 1)).toBe(isFound ? record : undefined);
  }
});

test('of those that ran for long and are over, the number is bounded', () => {
  const running = new RunningRecords(4);
  for (let i = 1; i <= 40; i++) running.add(i, begun(i));
  for (let i = 1; i <= 36; i++) running.isOver(i);
  expect(running.get(1)).toBeDefined();
  for (let i = 41; i <= 200; i++) {
    running.add(i, begun(i));
    if (i > 100) running.isOver(i);
  }
  expect(running.get(1)).toBeUndefined();
  expect(running.get(41)).toBeDefined();
});

test('a record that has begun again is another', () => {
  const running = new RunningRecords(4);
  const record = begun(1);
  running.add(1, record);
  record.drop();
  record.begin(2, 'one', 0);
  running.add(2, record);
  expect([running.get(1), running.get(2)]).toEqual([undefined, record]);
});
