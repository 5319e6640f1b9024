import { expect, test } from 'vitest';
import { compareBodies } from '../../src/diff/compare-bodies.ts';
import { diffLines } from '../../src/diff/line-diff.ts';
import { sortedJson } from '../../src/diff/sorted-json.ts';

const body = (text: string | Uint8Array, isCut = false) => ({
  bytes: typeof text === 'string' ? new TextEncoder().encode(text) : text,
  isCut,
  type: '',
});

test('headers are compared by name, and those of one name in turn', () => {
  const one = [
    { name: 'A', value: '1' },
    { name: 'Set-Cookie', value: 'x' },
    { name: 'Set-Cookie', value: 'y' },
    { name: 'Gone', value: 'g' },
  ];
  const other = [
    { name: 'New', value: 'n' },
    { name: 'a', value: '1' },
    { name: 'set-cookie', value: 'x' },
    { name: 'set-cookie', value: 'z' },
    { name: 'set-cookie', value: 'w' },
  ];
  const kinds = diffLines(one, other).map((line) => `${line.kind} ${line.name}`);
  expect(kinds).toEqual([
    'same A',
    'same Set-Cookie',
    'changed Set-Cookie',
    'added Set-Cookie',
    'removed Gone',
    'added New',
  ]);
});

test('sorted JSON keeps numbers, texts and names that come twice as they were sent', () => {
  const text = '{"b":12345678901234567890,"a":{"d":1.0,"c":"\\u0041"},"__proto__":[3,1,{}],"b":[]}';
  expect(sortedJson(text, true)?.replaceAll(/\s/g, '')).toBe(
    '{"__proto__":[3,1,{}],"a":{"c":"\\u0041","d":1.0},"b":12345678901234567890,"b":[]}',
  );
  expect(sortedJson(text, false)?.replaceAll(/\s/g, '')).toBe(text);
  expect(sortedJson('{"a":', true)).toBeUndefined();
  expect(sortedJson('plain', true)).toBeUndefined();
  expect(sortedJson('['.repeat(100_000), true)).toBeUndefined();
});

test('what two bodies are to one another', () => {
  expect(compareBodies(body(''), body(''), false).notice).toBe('Neither has a body.');
  expect(compareBodies(body('a'), body('a', true), false).notice).toBe(
    'They are the same. Only what was kept of them is compared.',
  );
  expect(compareBodies(body('{"a":1}'), body('{ "a": 1 }'), false).notice).toBe(
    'They differ only in how they are written.',
  );
  const order = [body('{"a":1,"b":2}'), body('{"b":2,"a":1}')] as const;
  expect(compareBodies(...order, false)).toMatchObject({ isJson: true, texts: expect.any(Array) });
  expect(compareBodies(...order, true)).not.toHaveProperty('texts');
  const binary = compareBodies(body(Uint8Array.of(255)), body('a'), false);
  expect(binary.notice).toBe('They differ, and are not both text: 1 B and 1 B.');
  const numbers = [body('{"n":12345678901234567}'), body('{"n":12345678901234568}')] as const;
  expect(compareBodies(...numbers, false)).toHaveProperty('texts');
});
