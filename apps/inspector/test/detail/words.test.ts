import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { attributeNote, cookieNotes } from '../../src/detail/cookie-notes.ts';
import { localOrigin, pathOf } from '../../src/detail/exchange-url.ts';
import { docsOf, failureHint, HINTED_CODES } from '../../src/detail/failure-hints.ts';
import { headerNote } from '../../src/detail/header-notes.ts';
import { headersText, headerText, linesOf } from '../../src/detail/header-text.ts';

const DOCS = readFileSync(new URL('../../../../docs/errors.md', import.meta.url), 'utf8');

test('every hint is about a code that the docs have', () => {
  for (const code of HINTED_CODES) expect(DOCS).toContain(`## ${code}\n`);
});

test('a code without a hint has none, whatever it is called', () => {
  const failure = { code: 'constructor', side: 'relay', reason: '' } as const;
  expect(failureHint(failure)).toBe('');
  expect(docsOf(failure)).toBe('docs/errors.md#constructor');
});

test('headers are explained by name; Cache-Control by its directives', () => {
  expect(headerNote('ETag', 'x')).toMatch(/version of the content/);
  expect(headerNote('toString', 'x')).toBe('');
  expect(headerNote('Cache-Control', 'No-Store, max-age=3, constructor')).toBe(
    'How long caches may keep it. no-store: must not be kept at all; max-age: fresh for so many seconds.',
  );
});

test('cookies are explained by their attributes', () => {
  expect(attributeNote('SameSite', 'Lax')).toMatch(/follows a link/);
  expect(attributeNote('SameSite', 'odd')).toBe('');
  expect(attributeNote('HttpOnly', '')).toMatch(/Scripts/);
  const flags = { attributes: [], isHttpOnly: true };
  expect(cookieNotes({ ...flags, maxAge: 0 })).toEqual(['It is deleted by this.']);
  expect(cookieNotes(flags)).toEqual(['It is kept until the browser closes.']);
  expect(cookieNotes({ ...flags, maxAge: 60, isHttpOnly: false })).toEqual([
    'It is kept for 1 min.',
    'Scripts of the page can read it.',
  ]);
  expect(cookieNotes({ name: 'a', value: 'b' })).toEqual([]);
});

test('bytes of a head are read as UTF-8 where they are, else as they are', () => {
  const utf8 = Buffer.from('grün').toString('latin1');
  expect(headerText(utf8)).toBe('grün');
  expect(headerText('gr\xfcn')).toBe('grün');
  expect(headersText(linesOf(['A', utf8, 'a', '2']))).toBe('A: grün\na: 2\n');
});

test.each([
  ['localhost:3000', 'http://localhost:3000'],
  ['3000', 'http://localhost:3000'],
  ['https://localhost:8443/', 'https://localhost:8443'],
  ['unix:/run/app.sock', undefined],
  ['/api → 3000, / → 4000', undefined],
  [undefined, undefined],
])('the local origin of %s is %s', (target, origin) => {
  expect(localOrigin(target)).toBe(origin);
});

test('a path has no query', () => {
  expect(pathOf('/a?b?c')).toBe('/a');
});
