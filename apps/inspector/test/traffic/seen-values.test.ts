import { expect, test } from 'vitest';
import { seenValues } from '../../src/traffic/seen-values.ts';
import { row } from './rows.ts';

test('values are those of the newest, each once, with the tags of all', () => {
  const rows = [
    row(1, { tags: ['old', 'stripe'] }),
    row(2),
    row(3, { tags: ['stripe', 'new'], target: '/a?b', host: '' }),
  ];
  const { tag, path, host } = seenValues(rows);
  expect(tag).toEqual(['stripe', 'new', 'old']);
  expect(path).toEqual(['/a', '/item/2', '/item/1']);
  expect(host).toEqual(['one.test']);
});
