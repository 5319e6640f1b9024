import {
  connectionNamed,
  decodeOpen,
  decodeResponse,
  decodeTrailers,
  encodeOpen,
  encodeResponse,
  encodeTrailers,
  isShadow,
  type Opening,
  readFraming,
  responseHasBody,
} from '@sellia/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const opening: Opening = {
  kind: 'http',
  tunnel: 1,
  visitorAddress: '::1',
  visitorPort: 50_000,
  scheme: 'http',
  tlsVersion: '',
  requestId: 'r1',
  hops: 0,
  receivedAt: 1_700_000_000_000,
  acceptsTrailers: true,
};

const token = fc.stringMatching(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,20}$/);
const value = fc.stringMatching(/^[\t\x20-\x7e\x80-\xff]{0,40}$/);
const lines = fc.array(fc.tuple(token, value), { maxLength: 20 }).map((pairs) => pairs.flat());

describe('heads', () => {
  test('any valid request head is read as it was written', () => {
    fc.assert(
      fc.property(
        token,
        fc.stringMatching(/^\/[!-"$-~]{0,60}$/),
        lines,
        (method, target, headers) => {
          const request = { method, target, headers };
          const text = encodeOpen(opening, request);
          expect(decodeOpen(text)).toEqual({ opening, request, text });
        },
      ),
    );
  });

  test('any valid response head is read as it was written', () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 599 }), value, lines, (status, reason, headers) => {
        expect(decodeResponse(encodeResponse(status, reason, headers))).toEqual({
          status,
          reason,
          headers,
        });
        expect(decodeTrailers(encodeTrailers(headers))).toEqual(headers);
      }),
    );
  });

  test.each([
    ['99', 'status below 100'],
    ['600', 'status over 599'],
    ['abc', 'no number'],
    ['200', 'no reason field'],
    ['200\0\x1b]0;x', 'escape in the reason'],
    ['200\0OK\0a', 'name without value'],
    ['200\0OK\0a b\0v', 'space in a name'],
    ['200\0OK\0:\0v', 'colon for a name'],
    ['200\0OK\0\0v', 'empty name'],
    ['200\0OK\0a\0v\r\nx: y', 'line break in a value'],
    ['200\0OK\0a\0v\x7f', 'DEL in a value'],
    [`200\0OK${'\0a\0b'.repeat(1001)}`, 'too many lines'],
  ])('a hostile response head %j is refused: %s', (text) => {
    expect(() => decodeResponse(text)).toThrow(/^head:/);
  });

  test.each([
    ['GET /', '/'],
    ['GET', 'relative'],
    ['GET', '/a b'],
    ['GET', '/a#b'],
    ['GET', '/\u00e9'],
    ['GET', 'http://x/'],
    ['', '/'],
    ['GET', ''],
  ])('a hostile request line %j %j is refused', (method, target) => {
    expect(() => decodeOpen(encodeOpen(opening, { method, target, headers: [] }))).toThrow(
      /^head:/,
    );
  });
});

describe('framing', () => {
  test.each<[string[], string]>([
    [[], 'none'],
    [['Content-Length', '0'], 'length'],
    [['content-length', '9007199254740991'], 'length'],
    [['Content-Length', '9007199254740992'], 'bad'],
    [['Content-Length', '005'], 'bad'],
    [['Content-Length', '+5'], 'bad'],
    [['Content-Length', '5, 5'], 'bad'],
    [['Content-Length', ''], 'bad'],
    [['Content-Length', '5', 'content-length', '5'], 'bad'],
    [['Content-Length', '5', 'Transfer-Encoding', 'chunked'], 'bad'],
    [['Transfer-Encoding', 'ChunKed'], 'chunked'],
    [['Transfer-Encoding', 'gzip, chunked'], 'bad'],
    [['Transfer-Encoding', 'identity'], 'bad'],
    [['Transfer-Encoding', 'chunked', 'Transfer-Encoding', 'chunked'], 'bad'],
  ])('%j is %s', (headers, kind) => {
    expect(readFraming(headers).kind).toBe(kind);
  });

  test('which responses have a body', () => {
    expect(responseHasBody('GET', 200)).toBe(true);
    for (const [method, status] of [
      ['HEAD', 200],
      ['GET', 204],
      ['GET', 304],
      ['GET', 101],
    ] as const) {
      expect(responseHasBody(method, status)).toBe(false);
    }
  });
});

describe('header rules', () => {
  test('Connection cannot name what applications trust', () => {
    const named = connectionNamed([
      'Connection',
      'close, X-FORWARDED-For ,, \tHost,Authorization',
      'connection',
      'X-Custom, Cookie, Content-Length',
    ]);
    expect([...named].sort()).toEqual(['close', 'x-custom']);
  });

  test.each([
    ['transfer_encoding', true],
    ['x_forwarded_for', true],
    ['x.forwarded.for', true],
    ['x_real_ip', true],
    ['content_length', true],
    ['x_sellia_hop', true],
    ['my_header', false],
    ['x-forwarded-for', false],
    ['content-length', false],
  ])('%s shadows a real name: %s', (name, shadow) => {
    expect(isShadow(name)).toBe(shadow);
  });
});
