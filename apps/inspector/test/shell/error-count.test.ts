import { expect, test } from 'vitest';
import type { ExchangeRow } from '../../src/api/types.ts';
import { ErrorCount } from '../../src/shell/error-count.ts';

function row(id: string, status: number, state: ExchangeRow['state'] = 'done'): ExchangeRow {
  return { id, status, state, kind: 'http', method: 'GET', target: '/' } as ExchangeRow;
}

test('what was an error before is none that nobody saw', () => {
  const errors = new ErrorCount([row('a', 500)]);
  errors.look([row('a', 500), row('b', 200), row('c', 404)]);
  expect(errors.count).toBe(0);
});

test('an exchange that becomes an error counts once, whatever becomes of it', () => {
  const pending = row('a', 0, 'pending');
  const errors = new ErrorCount([pending]);
  errors.look([pending]);
  expect(errors.look([row('a', 502, 'streaming')]).map(({ id }) => id)).toEqual(['a']);
  expect(errors.look([row('a', 502)])).toEqual([]);
  expect(errors.look([row('a', 502), row('b', 0, 'failed')])).toHaveLength(1);
  expect(errors.count).toBe(2);
});
