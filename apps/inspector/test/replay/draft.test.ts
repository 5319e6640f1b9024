import { expect, test } from 'vitest';
import type { ExchangeDetail } from '../../src/api/types.ts';
import { fromBase64, toBase64 } from '../../src/copy/base64.ts';
import { linesOfBody } from '../../src/replay/body-lines.ts';
import {
  draftOf,
  withHeader,
  withMode,
  withNewHeader,
  withoutHeader,
} from '../../src/replay/draft.ts';
import { editOf, problemsOf } from '../../src/replay/draft-sent.ts';
import type { OriginalBody } from '../../src/replay/original-body.ts';

const UTF8 = Buffer.from('é').toString('latin1');
const HEADERS = ['Host', 'one.test', 'X-Utf', UTF8, 'X-Latin', '\xe9', 'Content-Length', '3'];

function detailOf(headers: readonly string[] = HEADERS): ExchangeDetail {
  return {
    row: { method: 'POST', target: '/a', tunnel: 'one' },
    request: { headers },
  } as unknown as ExchangeDetail;
}

function originalOf(bytes: Uint8Array, change: Partial<OriginalBody> = {}): OriginalBody {
  const text = Buffer.from(bytes).toString();
  const lines = linesOfBody(text);
  const shown = text.replaceAll(/\r\n?/g, '\n');
  return { bytes, isCut: false, text: shown, isDecoded: false, lines, ...change };
}

const ABC = originalOf(Buffer.from('a\r\nb\r\n'));

test('what nobody changes is sent byte for byte, without the body', () => {
  const draft = draftOf(detailOf(), ABC);
  expect(draft.mode).toBe('text');
  expect(editOf(draft, detailOf().row, ABC)).toEqual({
    method: 'POST',
    target: '/a',
    headers: ['Host', 'one.test', 'X-Utf', UTF8, 'X-Latin', '\xe9'],
  });
});

test('a value that was changed is UTF-8; another name leaves the bytes', () => {
  let draft = draftOf(detailOf(), ABC);
  draft = withHeader(draft, 1, { value: 'ö' });
  draft = withHeader(draft, 2, { name: 'X-Named' });
  expect(editOf(draft, detailOf().row, ABC).headers?.slice(2)).toEqual([
    'X-Utf',
    Buffer.from('ö').toString('latin1'),
    'X-Named',
    '\xe9',
  ]);
});

test('headers come and go; each has a key of its own', () => {
  let draft = withNewHeader(withNewHeader(draftOf(detailOf(), ABC)));
  expect(new Set(draft.headers.map(({ key }) => key)).size).toBe(5);
  draft = withoutHeader(draft, draft.headers[0]?.key ?? -1);
  expect(draft.headers[0]?.name).toBe('X-Utf');
});

test('an edited text has the line ends of the original', () => {
  const draft = { ...draftOf(detailOf(), ABC), text: 'a\nc\n' };
  const { bodyBase64 = '' } = editOf(draft, detailOf().row, ABC);
  expect(Buffer.from(bodyBase64, 'base64').toString()).toBe('a\r\nc\r\n');
  expect(linesOfBody('a\nb\r\n')).toMatchObject({ isMixed: true });
  expect(linesOfBody('a\rb')).toMatchObject({ isMixed: true });
  expect(linesOfBody('a\nb\n')).toEqual({ ending: '\n', isMixed: false });
});

test('a compressed body stays as it was until text is wanted; then its encoding goes', () => {
  const zipped = originalOf(Uint8Array.of(31, 139), { text: 'plain', isDecoded: true });
  const detail = detailOf(['Content-Encoding', 'gzip']);
  const draft = draftOf(detail, zipped);
  expect(draft.mode).toBe('kept');
  const text = withMode(draft, 'text', zipped);
  expect(text.headers).toEqual([]);
  const { bodyBase64 = '' } = editOf(text, detail.row, zipped);
  expect(Buffer.from(bodyBase64, 'base64').toString()).toBe('plain');
  expect(problemsOf({ ...draft, mode: 'text' }, zipped).body).toMatch(/Content-Encoding/);
});

test('a body that was kept in part is always sent anew', () => {
  const cut = originalOf(Buffer.from('begin'), { isCut: true });
  const draft = draftOf(detailOf(), cut);
  expect(draft).toMatchObject({ mode: 'text', text: '' });
  expect(editOf(draft, detailOf().row, cut).bodyBase64).toBe('');
});

test('another tunnel is named, the same one is not', () => {
  const draft = { ...draftOf(detailOf(), ABC), tunnel: 'two' };
  expect(editOf(draft, detailOf().row, ABC).tunnel).toBe('two');
});

test.each([
  [{ method: '' }, { method: expect.any(String) }],
  [{ method: 'GE T' }, { method: expect.any(String) }],
  [{ target: 'x' }, { target: expect.any(String) }],
  [{ target: '/a b' }, { target: expect.any(String) }],
  [{ target: '/ü' }, { target: expect.any(String) }],
  [{ target: '/a#b' }, { target: expect.any(String) }],
  [{ headers: [{ key: 0, name: 'A B', value: '' }] }, { headers: expect.any(String) }],
  [{ headers: [{ key: 0, name: 'A', value: 'a\r\nB: c' }] }, { headers: expect.any(String) }],
  [
    { headers: [{ key: 0, name: 'Transfer-Encoding', value: 'x' }] },
    { headers: expect.any(String) },
  ],
  [{ mode: 'base64', base64: '*' }, { body: expect.any(String) }],
  [{ text: 'x'.repeat(3 * 1024 * 1024) }, { body: expect.any(String) }],
  [{ target: '/a?b=%20&c=<"' }, {}],
] as const)('problems of %o', (change, problems) => {
  expect(problemsOf({ ...draftOf(detailOf(), ABC), ...change } as never, ABC)).toEqual(problems);
});

test('base64 of many bytes, there and back', () => {
  const bytes = Uint8Array.from({ length: 100_001 }, (_, i) => (i * 7) & 255);
  expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
  expect(fromBase64(` ${toBase64(bytes)}\n`)).toEqual(bytes);
  expect(fromBase64('a*')).toBeUndefined();
});
