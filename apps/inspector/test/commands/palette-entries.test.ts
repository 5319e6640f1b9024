import { expect, test } from 'vitest';
import type { ExchangeRow, TunnelStatus } from '../../src/api/types.ts';
import { COMMANDS } from '../../src/commands/command-table.ts';
import { entriesFor } from '../../src/commands/palette-entries.ts';

const chosen: string[] = [];

function find(text: string, rows: readonly Partial<ExchangeRow>[] = []) {
  return entriesFor(text, {
    commands: COMMANDS,
    tunnels: [{ name: 'shop', url: 'https://shop.test' } as TunnelStatus],
    rows: rows as readonly ExchangeRow[],
    run: ({ name }) => chosen.push(name),
    showTunnel: ({ name }) => chosen.push(name),
    showExchange: ({ id }) => chosen.push(id),
    noteOf: ({ keys }) => keys.join(' '),
  });
}

const rows = Array.from({ length: 30 }, (_, i) => ({
  id: `x${i}`,
  method: 'GET',
  target: `/users/${i}`,
  status: i === 29 ? 0 : 200,
  state: i === 29 ? 'pending' : 'done',
})) as Partial<ExchangeRow>[];

test('without a word there are all commands and tunnels, and no exchange', () => {
  const entries = find('', rows);
  expect(entries.filter(({ group }) => group === 'Commands')).toHaveLength(COMMANDS.length);
  expect(entries.filter(({ group }) => group === 'Tunnels')).toHaveLength(1);
  expect(entries.filter(({ group }) => group === 'Exchanges')).toHaveLength(0);
});

test('every word has to be there, whatever its case and place', () => {
  expect(find('AGAIN send').map(({ label }) => label)).toContain('Send again');
  expect(find('send nowhere')).toEqual([]);
});

test('exchanges are found by their path, the newest first, and not without end', () => {
  const entries = find('get users', rows);
  expect(entries).toHaveLength(12);
  expect(entries[0]).toMatchObject({ label: 'GET /users/29', note: 'pending' });
  entries[0]?.act();
  expect(chosen.at(-1)).toBe('x29');
});

test('a path of any length is a line of some length', () => {
  const [entry] = find('aaa', [
    { id: 'x', method: 'GET', target: 'a'.repeat(60_000), status: 200 },
  ]);
  expect(entry?.label.length).toBe(200);
});
