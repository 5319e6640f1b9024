import { describe, expect, test } from 'vitest';
import { Palette, Styled, styled, wantsColor } from '../src/index.ts';

const ESC = '\x1b';

describe('styled', () => {
  test('escapes a string and keeps what is styled already', () => {
    const palette = new Palette(true);
    expect(styled`${palette.red(`bad${ESC}[2J`)} ${`\u202e`} ${5}`.text).toBe(
      `${ESC}[31mbad\\x1b[2J${ESC}[39m \\u{202e} 5`,
    );
  });

  test('nests styles', () => {
    const palette = new Palette(true);
    expect(palette.red(palette.bold('x')).text).toBe(`${ESC}[31m${ESC}[1mx${ESC}[22m${ESC}[39m`);
  });
});

describe('Palette', () => {
  test('adds nothing when colours are off', () => {
    expect(new Palette(false, true).bold(new Palette(false, true).link('http://a.test')).text).toBe(
      'http://a.test',
    );
  });

  test('links a URL of visible ASCII, and no other', () => {
    const palette = new Palette(true, true);
    expect(palette.link('http://a.test').text).toBe(
      `${ESC}]8;;http://a.test${ESC}\\http://a.test${ESC}]8;;${ESC}\\`,
    );
    expect(palette.link(`http://a.test/${ESC}\\`).text).toBe('http://a.test/\\x1b\\');
    expect(palette.link('javascript:alert(1)').text).toBe('javascript:alert(1)');
  });

  test('takes a Styled text for the link', () => {
    expect(new Palette(true).link('http://a.test', new Styled('x')).text).toBe('x');
  });
});

test.each([
  ['auto', true, {}, true],
  ['auto', false, {}, false],
  ['auto', true, { TERM: 'dumb' }, false],
  ['auto', true, { NO_COLOR: '1' }, false],
  ['auto', true, { NO_COLOR: '' }, true],
  ['auto', false, { FORCE_COLOR: '1' }, true],
  ['auto', true, { FORCE_COLOR: '0' }, false],
  ['auto', true, { NO_COLOR: '1', FORCE_COLOR: '1' }, false],
  ['always', false, { NO_COLOR: '1', TERM: 'dumb' }, true],
  ['never', true, { FORCE_COLOR: '1' }, false],
] as const)('colour %s, terminal %s, %o: %s', (choice, isTerminal, env, expected) => {
  expect(wantsColor(choice, isTerminal, env)).toBe(expected);
});
