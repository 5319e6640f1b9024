/** The keys in docs/inspector.md are those of the command table. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { COMMANDS } from '../../src/commands/command-table.ts';
import { keyText } from '../../src/commands/key-text.ts';

const page = readFileSync(new URL('../../../../docs/inspector.md', import.meta.url), 'utf8');

test('the table in the docs is the table in the program', () => {
  const [, section = ''] = page.split(/^## Keys$/m);
  const lines = section.split(/^## /m)[0]?.match(/^\| .+ \|$/gm) ?? [];
  const documented = lines.slice(2);
  const expected = COMMANDS.filter(({ keys }) => keys.length > 0).map(
    ({ label, keys }) =>
      `| ${keys.map((key) => `\`${keyText(key, false)}\``).join(' ')} | ${label} |`,
  );
  expect(documented).toEqual(expected);
});

test('no key of the browser is taken, and none stands for two commands', () => {
  const keys = COMMANDS.flatMap((command) => command.keys.map((key) => key.toLowerCase()));
  for (const taken of ['mod+r', 'mod+p', 'mod+f', 'mod+w', 'mod+t', 'mod+l', 'f5']) {
    expect(keys).not.toContain(taken);
  }
  expect(new Set(keys).size).toBe(keys.length);
});

test('a Mac has its own word for Ctrl', () => {
  expect(keyText('Mod+k', false)).toBe('Ctrl+K');
  expect(keyText('Mod+k', true)).toBe('⌘K');
});
