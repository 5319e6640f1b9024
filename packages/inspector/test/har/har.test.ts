import fc from 'fast-check';
import type { Har } from 'har-format';
import { describe, expect, it } from 'vitest';
import { copyRequestOf } from '../../src/copy/copy-request.ts';
import { exportHar } from '../../src/har/export-har.ts';
import type { HarExchange } from '../../src/har/har-exchange.ts';
import type { HarEntry } from '../../src/har/har-log.ts';
import { importHar } from '../../src/har/import-har.ts';
import { anyExchange, exchangeOf } from './exchanges.ts';

const options = { creatorVersion: '1.2.3', keepsSecrets: true };

function entryOf(exchange: HarExchange, keepsSecrets = true): HarEntry {
  const [entry] = exportHar([exchange], { ...options, keepsSecrets }).log.entries;
  if (entry === undefined) throw new Error('no entry');
  return entry;
}

function roundTrip(exchange: HarExchange): HarExchange {
  const { exchanges, problems } = importHar(JSON.stringify(exportHar([exchange], options)));
  expect(problems).toEqual([]);
  return exchanges[0] as HarExchange;
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

describe('HAR export', () => {
  it('is what the published types say', () => {
    const { log } = exportHar([exchangeOf({})], options);
    const har: Har = { log: { ...log, entries: log.entries.map((entry) => ({ ...entry })) } };
    expect(har.log.version).toBe('1.2');
    expect(har.log.creator).toEqual({ name: 'Sellia', version: '1.2.3' });
    expect(har.log.entries[0]).toMatchObject({
      startedDateTime: '2025-06-15T15:06:40.123Z',
      time: 30,
      timings: { send: 0, wait: 12, receive: 18 },
      request: { method: 'GET', url: 'https://demo.example/', bodySize: 0 },
      response: { status: 200, statusText: 'OK', content: { size: 0, mimeType: '' } },
    });
  });

  it('takes cookies and the query apart', () => {
    const requestHeaders = ['Cookie', 'a=1; b="2"', 'cookie', 'c'];
    const set = 'id=x=y; Path=/; HttpOnly; Expires=Wed, 21 Oct 2026 07:28:00 GMT; SameSite=Lax';
    const responseHeaders = ['Set-Cookie', set, 'Location', '/next'];
    const row = { target: '/a?x=%20+&y&=z' };
    const { request, response } = entryOf(exchangeOf({ row, requestHeaders, responseHeaders }));
    expect(request.cookies).toEqual([
      { name: 'a', value: '1' },
      { name: 'b', value: '"2"' },
      { name: '', value: 'c' },
    ]);
    expect(request.queryString).toEqual([
      { name: 'x', value: '  ' },
      { name: 'y', value: '' },
      { name: '', value: 'z' },
    ]);
    expect(response.redirectURL).toBe('/next');
    expect(response.cookies).toEqual([
      {
        name: 'id',
        value: 'x=y',
        path: '/',
        httpOnly: true,
        expires: '2026-10-21T07:28:00.000Z',
        sameSite: 'Lax',
      },
    ]);
  });

  it('marks a body that was cut, and one that is still compressed', () => {
    const cut = entryOf(exchangeOf({ responseBody: bytesOf('abc'), responseBytes: 9 })).response;
    expect(cut).toMatchObject({ _responseBodyStatus: 'truncated', bodySize: 9 });
    const responseHeaders = ['Content-Encoding', 'GZIP'];
    const zipped = exchangeOf({ responseHeaders, responseBody: bytesOf('abc') });
    const content = { size: 3, mimeType: '', text: 'YWJj', encoding: 'base64', _encoded: 'gzip' };
    expect(entryOf(zipped).response.content).toEqual(content);
    const masked = entryOf(zipped, false).response;
    expect(masked._responseBodyStatus).toBe('discarded:not-decodable');
    expect(masked.content).toEqual({ size: 0, mimeType: '' });
  });

  it('says what compression saved', () => {
    const responseHeaders = ['Content-Encoding', 'br'];
    const told = { responseHeaders, responseBody: bytesOf('aaaaaaaa'), responseBytes: 8 };
    const exchange = exchangeOf({ ...told, isDecoded: true });
    const { response } = exchange.detail;
    const body = { ...response.body, bytes: 3, keptBytes: 3 };
    const decoded = {
      ...exchange,
      detail: { ...exchange.detail, response: { ...response, body } },
    };
    const content = { size: 8, mimeType: '', text: 'aaaaaaaa', compression: 5 };
    expect(entryOf(decoded).response.content).toEqual(content);
  });

  it('has the tags, and reads them back', () => {
    const tagged = exchangeOf({ row: { tags: ['stripe', 'two words'] } });
    for (const keepsSecrets of [true, false]) {
      expect(entryOf(tagged, keepsSecrets)._tags).toEqual(['stripe', 'two words']);
    }
    expect(roundTrip(tagged).detail.row.tags).toEqual(['stripe', 'two words']);
    expect(entryOf(exchangeOf({}))).not.toHaveProperty('_tags');
    expect(roundTrip(exchangeOf({})).detail.row).not.toHaveProperty('tags');
  });

  it('writes a WebSocket as Chrome does', () => {
    const flow = { messages: 1, bytes: 2, pings: 0, pongs: 0 };
    const close = { code: 1001, reason: 'bye', side: 'upstream' } as const;
    const socket = { subprotocol: '', up: flow, down: flow, close };
    const messages: HarExchange['messages'] = [
      { direction: 'up', opcode: 1, payload: bytesOf('hi'), at: 1500 },
      { direction: 'down', opcode: 2, payload: new Uint8Array([255]), at: 1750 },
      { direction: 'down', opcode: 1, payload: new Uint8Array([255]), at: 1750 },
    ];
    const row = { kind: 'websocket', state: 'closed', startedAt: 1000, status: 101 } as const;
    expect(entryOf(exchangeOf({ row: { ...row, socket }, messages }))).toMatchObject({
      _resourceType: 'websocket',
      request: { url: 'wss://demo.example/' },
      _webSocketMessages: [
        { type: 'send', opcode: 1, data: 'hi', time: 1.5 },
        { type: 'receive', opcode: 2, data: '/w==', time: 1.75 },
        { type: 'receive', opcode: 2, data: '/w==', time: 1.75 },
      ],
      _webSocketClose: { code: 1001, reason: 'bye', timestamp: 1.03 },
    });
    const aborted = { ...socket, close: { ...close, code: 1006 } };
    const broken = entryOf(exchangeOf({ row: { ...row, socket: aborted } }));
    expect(broken._webSocketClose).toBe('aborted');
  });

  it('survives times that are none', () => {
    const row = { startedAt: Number.NaN, durationMs: -1, firstByteMs: -1 };
    const { startedDateTime, time } = entryOf(exchangeOf({ row }));
    expect([startedDateTime, time]).toEqual(['1970-01-01T00:00:00.000Z', 0]);
  });
});

describe('an exchange as a request to copy', () => {
  it('goes to the public URL or another, with bytes that fit its headers', () => {
    const requestHeaders = ['content-encoding', 'gzip', 'X', 'y'];
    const exchange = exchangeOf({
      row: { target: '/a' },
      requestHeaders,
      requestBody: bytesOf('z'),
    });
    const request = copyRequestOf(exchange);
    expect(request).toMatchObject({ method: 'GET', url: 'https://demo.example/a' });
    expect(request).toMatchObject({ headers: requestHeaders, isBodyTruncated: false });
    const decoded = copyRequestOf({ ...exchange, isRequestDecoded: true }, 'http://localhost:80');
    expect(decoded).toMatchObject({ url: 'http://localhost:80/a', headers: ['X', 'y'] });
  });

  it('is copied without the request id that the relay gave it', () => {
    const ids = ['X-Request-Id', 'mine', 'x-request-id', 'r-7', 'X-Other', 'r-7'];
    const { detail, ...rest } = exchangeOf({ requestHeaders: ids });
    const request = copyRequestOf({ ...rest, detail: { ...detail, requestId: 'r-7' } });
    expect(request.headers).toEqual(['X-Request-Id', 'mine', 'X-Other', 'r-7']);
  });
});

describe('export and import', () => {
  it('give the same exchange back', () => {
    fc.assert(
      fc.property(anyExchange, (exchange) => {
        const got = roundTrip(exchange);
        const { row, request, response, requestId, tlsVersion } = exchange.detail;
        const { method, target, host, scheme, kind, status, reason, startedAt, tunnel } = row;
        const same = { method, target, host, scheme, kind, status, reason, startedAt, tunnel };
        expect(got.detail.row).toMatchObject({ ...same, firstByteMs: 12, durationMs: 30 });
        expect(got.detail).toMatchObject({ requestId, tlsVersion });
        expect(got.detail.request.headers).toEqual(request.headers);
        expect(got.detail.response.headers).toEqual(response.headers);
        expect(got.detail.response.trailers).toEqual(response.trailers);
        expect(got.requestBody).toEqual(exchange.requestBody);
        expect(got.responseBody).toEqual(exchange.responseBody);
        const messages = kind === 'websocket' ? exchange.messages : undefined;
        expect(got.messages).toEqual(messages);
      }),
      { numRuns: 500 },
    );
  });

  it('keep failure, counters, close, truncation and compression', () => {
    const up = { messages: 9, bytes: 99, pings: 1, pongs: 2 };
    const close = { code: 1006, reason: '', side: 'link' } as const;
    const socket = { subprotocol: '', up, down: up, close };
    const failure = { code: 'SELLIA_X', side: 'upstream', reason: 'gone' } as const;
    const row = { kind: 'websocket', state: 'aborted', status: 101, socket, failure } as const;
    expect(roundTrip(exchangeOf({ row })).detail.row).toMatchObject(row);
    const responseHeaders = ['Content-Encoding', 'br'];
    const told = { responseHeaders, responseBody: bytesOf('ab'), responseBytes: 3 };
    const got = roundTrip(exchangeOf(told));
    expect(got.detail.response.body).toMatchObject({ bytes: 3, keptBytes: 2, encoding: 'br' });
    expect(got.isResponseDecoded).toBe(false);
    expect(got.detail.row.isTruncated).toBe(true);
  });
});
