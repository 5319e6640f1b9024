import { describe, expect, test } from 'vitest';
import { HostReader } from '../../src/ingress/host.ts';
import {
  type CheckedRequest,
  checkRequest,
  isRefused,
  type RawRequest,
} from '../../src/ingress/request.ts';

const HOST = ['Host', 't1.test'];

function judge(rawHeaders: string[], more: Partial<RawRequest> = {}) {
  const raw = { method: 'GET', url: '/', httpVersionMajor: 1, httpVersionMinor: 1, rawHeaders };
  const hosts = new HostReader('test');
  return checkRequest({ ...raw, ...more }, { hosts, headerLines: 200, scheme: 'http' });
}

function passed(rawHeaders: string[], more: Partial<RawRequest> = {}): CheckedRequest {
  const verdict = judge(rawHeaders, more);
  if (isRefused(verdict)) throw new Error(verdict.refused);
  return verdict;
}

const refused: [string, string[], Partial<RawRequest>, string][] = [
  [
    'two lengths',
    [...HOST, 'Content-Length', '5', 'content-length', '5'],
    {},
    'SELLIA_BAD_REQUEST',
  ],
  ['a length of 005', [...HOST, 'Content-Length', '005'], {}, 'SELLIA_BAD_REQUEST'],
  ['a length past 2^53', [...HOST, 'Content-Length', '9007199254740993'], {}, 'SELLIA_BAD_REQUEST'],
  ['a list of lengths', [...HOST, 'Content-Length', '5, 5'], {}, 'SELLIA_BAD_REQUEST'],
  [
    'length then coding',
    [...HOST, 'Content-Length', '5', 'Transfer-Encoding', 'chunked'],
    {},
    'SELLIA_BAD_REQUEST',
  ],
  [
    'coding then length',
    [...HOST, 'Transfer-Encoding', 'chunked', 'Content-Length', '5'],
    {},
    'SELLIA_BAD_REQUEST',
  ],
  [
    'two codings',
    [...HOST, 'Transfer-Encoding', 'chunked', 'Transfer-Encoding', 'chunked'],
    {},
    'SELLIA_BAD_REQUEST',
  ],
  ['gzip, chunked', [...HOST, 'Transfer-Encoding', 'gzip, chunked'], {}, 'SELLIA_BAD_REQUEST'],
  [
    'a coding in HTTP/1.0',
    [...HOST, 'Transfer-Encoding', 'chunked'],
    { httpVersionMinor: 0 },
    'SELLIA_BAD_REQUEST',
  ],
  ['two hosts', [...HOST, ...HOST], {}, 'SELLIA_BAD_REQUEST'],
  ['no host', [], {}, 'SELLIA_BAD_HOST'],
  ['an empty host', ['Host', ''], { httpVersionMinor: 0 }, 'SELLIA_BAD_HOST'],
  ['a target for another host', HOST, { url: 'http://t2.test/' }, 'SELLIA_BAD_HOST'],
  [
    'a target for a host, without one',
    [],
    { url: 'http://t2.test/', httpVersionMinor: 0 },
    'SELLIA_BAD_HOST',
  ],
  ['HTTP/2.0', HOST, { httpVersionMajor: 2, httpVersionMinor: 0 }, 'SELLIA_HTTP_VERSION'],
  ['HTTP/0.9', HOST, { httpVersionMajor: 0, httpVersionMinor: 9 }, 'SELLIA_BAD_REQUEST'],
  ['TRACE', HOST, { method: 'TRACE' }, 'SELLIA_METHOD_NOT_ALLOWED'],
  ['three hops', [...HOST, 'X-Sellia-Hop', '1', 'x-sellia-hop', '3'], {}, 'SELLIA_LOOP'],
  [
    'another expectation',
    [...HOST, 'Expect', '100-continue, 200-ok'],
    {},
    'SELLIA_EXPECTATION_FAILED',
  ],
  [
    'two expectations',
    [...HOST, 'Expect', '100-continue', 'Expect', '100-continue'],
    {},
    'SELLIA_EXPECTATION_FAILED',
  ],
  ['201 lines', Array(402).fill('x'), {}, 'SELLIA_HEAD_TOO_LARGE'],
];
for (const [what, rawHeaders, more, code] of refused) {
  test(`${what}: ${code}`, () => {
    expect(judge(rawHeaders, more)).toEqual({ refused: code });
  });
}

describe('what travels', () => {
  test('order, case and number; not the lines of this connection', () => {
    const verdict = passed([
      ...['hOsT', 't1.test', 'X-A', '1', 'x-a', '2', 'Connection', 'keep-alive, X-Own'],
      ...['X-Own', '1', 'Keep-Alive', '5', 'TE', 'trailers', 'Upgrade', 'h2c', 'X-Sellia-Foo', '1'],
      ...[
        'Transfer_Encoding',
        'chunked',
        'X_Forwarded_For',
        '1',
        'snake_case',
        'ok',
        'Alt-Svc',
        'x',
      ],
      ...['Content-Length', '0', 'Expect', '100-continue'],
    ]);
    expect(verdict.headers).toEqual([
      ...['hOsT', 't1.test', 'X-A', '1', 'x-a', '2', 'snake_case', 'ok'],
      ...['Content-Length', '0', 'Expect', '100-continue'],
    ]);
    expect(verdict).toMatchObject({
      acceptsTrailers: true,
      hasBody: false,
      expectsContinue: true,
      hops: 0,
    });
  });

  test('forwarding lines are set apart', () => {
    const verdict = passed([...HOST, 'X-Forwarded-For', '1.2.3.4', 'Forwarded', 'for=1.2.3.4']);
    expect(verdict.headers).toEqual(HOST);
    expect(verdict.forwarding).toEqual(['X-Forwarded-For', '1.2.3.4', 'Forwarded', 'for=1.2.3.4']);
  });

  test('Connection deletes nothing of value', () => {
    const lines = [...HOST, 'Cookie', 'a', 'Authorization', 'b', 'Content-Length', '3'];
    const named = 'Host, Cookie ,,authorization,\tContent-Length';
    expect(passed([...lines, 'Connection', named]).headers).toEqual(lines);
  });

  test('HTTP/1.0 expects nothing, has no trailers, and may come without Host', () => {
    const old = { httpVersionMinor: 0 };
    const verdict = passed(['Expect', 'anything', 'TE', 'trailers'], old);
    expect(verdict).toMatchObject({ headers: [], expectsContinue: false, acceptsTrailers: false });
    expect([verdict.host, verdict.route]).toEqual([undefined, { kind: 'foreign' }]);
  });

  test('a body by length or by chunks', () => {
    expect(passed([...HOST, 'Content-Length', '9007199254740991']).hasBody).toBe(true);
    const chunked = passed([...HOST, 'transfer-ENCODING', 'ChunKed']);
    expect(chunked).toMatchObject({ hasBody: true, isChunked: true, headers: HOST });
  });

  test('absolute form becomes origin form', () => {
    expect(passed(HOST, { url: 'http://T1.test:80/p?q' }).target).toBe('/p?q');
  });
});
