import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PRETTY_MAX, prettyJson } from '../../src/body/json.ts';
import { JSON_DEPTH_MAX } from '../../src/body/json-reader.ts';

describe('JSON', () => {
  test('is indented as JSON.stringify does', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), fc.nat(3), (value, indent) => {
        const { text, rest, error, isCut } = prettyJson(JSON.stringify(value, null, indent));
        expect([rest, error, isCut]).toEqual(['', undefined, false]);
        expect(text).toBe(JSON.stringify(value, null, 2));
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test('keeps numbers, escapes, equal names and their order as sent', () => {
    const sent = '{"b":1e400,"a":12345678901234567890,"b":1.0,"\\u0061":-0,"c":"\\/é\\u00e9"}';
    expect(prettyJson(sent).text).toBe(
      `{\n  "b": 1e400,\n  "a": 12345678901234567890,\n  "b": 1.0,\n  "\\u0061": -0,\n  "c": "\\/é\\u00e9"\n}`,
    );
  });

  test('judges as JSON.parse does', () => {
    const piece = fc.constantFrom(
      ...['{', '}', '[', ']', ',', ':', '"', '"a"', '\\', '\\u00', '1', '-', '.', 'e', '0', '+'],
      ...['true', 'fals', 'null', 'nul', ' ', '\n', '\t', '\x01', '\u2028', "'", '/', '//', 'NaN'],
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join('');
        expect(prettyJson(text).error === undefined).toBe(isJson(text));
      }),
      { numRuns: 3000 },
    );
  });

  test('that is cut off is right until there', () => {
    const whole = fc.jsonValue().map((value) => JSON.stringify(value, null, 1));
    fc.assert(
      fc.property(whole, fc.nat(), (text, at) => {
        const cut = text.slice(0, at % text.length);
        const { error, text: pretty, rest } = prettyJson(cut);
        expect(error === undefined ? isJson(cut) : error.isCutOff).toBe(true);
        expect((pretty + rest).replace(/\s/g, '')).toBe(cut.replace(/\s/g, ''));
      }),
    );
  });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe('what is wrong', () => {
  test.each([
    ['', 1, 1, 'There is no JSON: the text is empty.'],
    ['{"a":1,\n  b:2}', 2, 3, 'Expected a name in double quotes, found “b”.'],
    [
      "{'a':1}",
      1,
      2,
      'Expected a name in double quotes, found a single quote; JSON has double quotes.',
    ],
    ['{"a":1,}', 1, 8, 'A comma stands before the closing }.'],
    ['[1,]', 1, 4, 'A comma stands before the closing ].'],
    ['[1 2]', 1, 4, 'Expected a comma or ], found “2”.'],
    ['{"a" 1}', 1, 6, 'Expected a colon behind the name, found “1”.'],
    ['{"a":}', 1, 6, 'Expected a value, found “}”.'],
    ['[01]', 1, 2, 'A number must not begin with a zero.'],
    ['[+1]', 1, 2, 'Expected a value, found “+”.'],
    ['[1.e5]', 1, 2, 'This is not a number as JSON writes them.'],
    ['[-a]', 1, 2, 'A minus must be followed by a digit.'],
    ['[True]', 1, 2, 'JSON does not know True; it has true, false and null.'],
    ['{"a":"x\ny"}', 1, 8, 'A string is not closed on its line.'],
    ['["\x01"]', 1, 3, 'A control character in a string must be written as \\u0001.'],
    [
      '["\\x"]',
      1,
      3,
      'A backslash must be followed by one of " \\ / b f n r t, or u and four digits.',
    ],
    ['// hi\n{}', 1, 1, 'JSON has no comments.'],
    ['{}\r\n{}', 2, 1, 'Something follows the end of the JSON.'],
    ['[1,\r2,\r\n3', 3, 2, 'The text ends within an array.'],
    ['{"a":"b', 1, 8, 'The text ends within a string.'],
    ['[tru', 1, 5, 'The text ends within a word.'],
    ['[\u00a01]', 1, 2, 'Expected a value, found U+00A0.'],
    ['<html>', 1, 1, 'Expected a value, found “<”.'],
  ])('%j: line %i, column %i', (text, line, column, message) => {
    expect(prettyJson(text).error).toMatchObject({ line, column, message });
  });

  test('the part before it is indented, and the rest is left', () => {
    expect(prettyJson('{"a":[1,{}],"b":oops, "c":1}')).toMatchObject({
      text: '{\n  "a": [\n    1,\n    {}\n  ],\n  "b":',
      rest: 'oops, "c":1}',
      error: { offset: 16, isCutOff: false },
    });
  });
});

describe('bounds', () => {
  test('depth', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
    expect(prettyJson(nested(JSON_DEPTH_MAX)).error).toBeUndefined();
    const { error, rest } = prettyJson(nested(JSON_DEPTH_MAX + 1));
    expect(error?.message).toBe('More than 200 arrays and objects within one another.');
    expect(rest).toBe(`[]${']'.repeat(JSON_DEPTH_MAX)}`);
  });

  test('output', () => {
    const text = `${'['.repeat(200)}${'1,'.repeat(100_000)}`;
    const { text: pretty, rest, error, isCut } = prettyJson(text);
    expect([error, isCut]).toEqual([undefined, true]);
    expect(pretty.length).toBeLessThan(PRETTY_MAX + 1000);
    expect(rest.length).toBeGreaterThan(100_000);
  });

  test.each([
    '[',
    '{"a":',
    '"',
    '\\',
    '"a",',
    '{',
    '1',
    '-',
    'true',
    ' ',
    '"\\u',
    '[1,',
    '[]',
    '0.',
  ])('time: 100 KB of %j', (piece) => {
    const text = piece.repeat(100_000 / piece.length);
    const started = performance.now();
    for (const each of [text, `[${text}`, `["${text}`, `{"a":${text}`]) prettyJson(each);
    expect(performance.now() - started).toBeLessThan(1000);
  });

  test('anything', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void prettyJson(text)));
  });
});
