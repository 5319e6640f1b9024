import { createContext, Script } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Pattern } from '../../src/filter/pattern/pattern.ts';
import { Unreadable } from '../../src/filter/unreadable.ts';

/** Some of these patterns take the native engine for ever. */
const CIRCLES_MS = 100;

/** Pieces of regular expressions, and whatever else is typed. */
const LETTERS = [
  'a',
  'b',
  '1',
  ' ',
  '.',
  'é',
  '\\d',
  '\\w',
  '\\s',
  '\\W',
  '[ab]',
  '[^a]',
  '[a-c1]',
];
const RARE = ['[^]', '[]', '[\\s\\S]', '\\n', '\\x61', '\\u0062', '-', '{', ']'];

const atom = fc.constantFrom(...LETTERS, ...RARE);
const assertion = fc.constantFrom('^', '$', '\\b', '\\B');
const count = fc.constantFrom('', '', '*', '+', '?', '*?', '{2}', '{1,3}', '{0,2}?', '{1,}');

const { source } = fc.letrec<{ source: string; sequence: string; unit: string }>((tie) => ({
  source: fc.array(tie('sequence'), { minLength: 1, maxLength: 3 }).map((parts) => parts.join('|')),
  sequence: fc.array(tie('unit'), { maxLength: 4 }).map((parts) => parts.join('')),
  unit: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.tuple(atom, count).map(([text, times]) => text + times),
    assertion,
    fc.tuple(tie('source'), count).map(([text, times]) => `(${text})${times}`),
    fc.tuple(tie('source'), count).map(([text, times]) => `(?:${text})${times}`),
  ),
}));

const letters = fc.constantFrom('a', 'b', 'c', 'A', 'B', '1', ' ', '\n', 'é', 'É', '_', '-', '{');
const text = fc.array(letters, { maxLength: 12 }).map((parts) => parts.join(''));

/** The message where it is refused. */
function compiled(written: string, ignoresCase: boolean): Pattern | string {
  try {
    return new Pattern(written, ignoresCase);
  } catch (error) {
    if (error instanceof Unreadable) return error.message;
    throw error;
  }
}

function native(written: string, ignoresCase: boolean): RegExp | undefined {
  try {
    return new RegExp(written, ignoresCase ? 'i' : '');
  } catch {
    return undefined;
  }
}

const realm = createContext({});
const asking = new Script('texts.map((text) => expression.test(text))');

/** What the native engine finds; undefined where it goes round in circles. */
function found(expression: RegExp | undefined, texts: readonly string[]): boolean[] | undefined {
  Object.assign(realm, { expression, texts });
  try {
    return asking.runInContext(realm, { timeout: CIRCLES_MS });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return undefined;
    throw error;
  }
}

describe('a pattern', () => {
  it('finds what the native engine finds', () => {
    let compared = 0;
    const property = fc.property(source, fc.boolean(), fc.array(text), (written, flag, texts) => {
      const pattern = compiled(written, flag);
      const expression = native(written, flag);
      expect(expression, written).toBeDefined();
      if (typeof pattern === 'string') {
        expect(pattern, written).toMatch(/too large|at most/);
        return;
      }
      const expected = found(expression, texts);
      if (expected === undefined) return;
      compared += 1;
      const own = texts.map((each) => pattern.test(each));
      expect(own, `/${written}/ on ${JSON.stringify(texts)}`).toEqual([...expected]);
    });
    fc.assert(property, { numRuns: 1_500 });
    expect(compared).toBeGreaterThan(500);
  });

  it('throws nothing but an Unreadable on any text', () => {
    const syntax = fc.array(fc.constantFrom(...'\\^$.*+?()[]{}|,-:=!<>abckupx019'.split('')));
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          syntax.map((parts) => parts.join('')),
        ),
        (written) => {
          const pattern = compiled(written, true);
          if (typeof pattern !== 'string') pattern.test(written);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['(a)\\1', /References/],
    ['\\k<a>', /References/],
    ['(?=a)', /Looking/],
    ['(?!a)', /Looking/],
    ['(?<=a)', /Looking/],
    ['(?i:a)', /Looking/],
    ['\\p{L}', /\\p cannot/],
    ['*a', /repeat/],
    ['a**', /repeat/],
    ['a{2}{3}', /repeat/],
    ['^*', /repeated/],
    ['(a', /not closed/],
    ['[a', /not closed/],
    ['[a-', /not closed/],
    ['a)', /no \(/],
    ['[b-a]', /backwards/],
    ['[\\d-z]', /range/],
    ['a{3,1}', /backwards/],
    ['\\x6', /hexadecimal/],
    ['\\', /Nothing follows/],
    ['(a{99}){99}', /too large/],
    ['(a{9999999999999999}){9999999999999999}', /too large/],
    ['('.repeat(50) + ')'.repeat(50), /groups/],
    ['a'.repeat(201), /at most 200/],
  ])('refuses %s and says why', (written, message) => {
    expect(() => new Pattern(written, false)).toThrow(message);
    expect(() => new Pattern(written, false)).toThrow(Unreadable);
  });

  it.each([
    ['(a+)+$', 'a', '!'],
    ['(a|a)*b', 'a', ''],
    ['(a|aa)+$', 'a', '!'],
    ['(.*)*x', 'a', ''],
    ['a*a*a*a*a*a*a*a*b', 'a', ''],
    ['.*.*.*=.*', 'x', ''],
    ['(x+x+)+y', 'x', ''],
    ['([a-z]+)*\\d', 'ab', ''],
    ['(\\w+\\s?)*$', 'ab ', '!\n'],
    ['^(([a-z])+.)+[A-Z]([a-z])+$', 'a', ''],
  ])('reads a body of hostile text once: /%s/', (written, piece, end) => {
    const pattern = new Pattern(written, false);
    const long = piece.repeat((256 * 1024) / piece.length) + end;
    const started = performance.now();
    pattern.test(long);
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  it('stays linear when there are more stands than can be remembered', () => {
    const pattern = new Pattern('(a|b)*a[ab]{200}c', false);
    let seed = 1;
    const random = (): string => {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
      return seed & 0x1_0000 ? 'a' : 'b';
    };
    const long = Array.from({ length: 256 * 1024 }, random).join('');
    const started = performance.now();
    expect(pattern.test(long)).toBe(false);
    expect(performance.now() - started).toBeLessThan(5_000);
    expect(pattern.test(`${long}c`)).toBe(long.at(-201) === 'a');
  });

  it('answers the same whatever it saw before', () => {
    const pattern = new Pattern('\\bab?c\\b', false);
    const texts = ['ac', 'xac', ' abc ', 'abcd', ''];
    const first = texts.map((each) => pattern.test(each));
    expect(texts.map((each) => pattern.test(each))).toEqual(first);
    expect(first).toEqual([true, false, true, false, false]);
  });
});
