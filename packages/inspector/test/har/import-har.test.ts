import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COPY_FORMATS, copyAs } from '../../src/copy/copy.ts';
import { exportHar } from '../../src/har/export-har.ts';
import { importHar } from '../../src/har/import-har.ts';
import { BODY_MAX, ENTRIES_MAX, HEADERS_MAX, PROBLEMS_MAX } from '../../src/har/import-limits.ts';

function importEntries(...entries: unknown[]) {
  return importHar(JSON.stringify({ log: { entries } }));
}

const NAMES = [
  'request response method url status statusText headers cookies name value content text encoding',
  'mimeType postData _content _encoded size bodySize timings wait time startedDateTime comment',
  '_webSocketMessages _webSocketClose _resourceType data opcode type code reason _sellia socket up',
  '_tags close side failure kind tunnel target _trailers _error __proto__ constructor toString length',
]
  .join(' ')
  .split(' ');
const leaf = fc.constantFrom<unknown>(
  ...[
    null,
    true,
    -1,
    0,
    1,
    101,
    200,
    1e308,
    2 ** 60,
    '',
    'a',
    '*',
    'base64',
    'websocket',
    '\ud800',
  ],
  ...['aborted', 'http://h/', 'wss://u@h?x', '%%%', '\0\n', '9999-99-99', '2026-01-01', {}, []],
);
const anyJson = fc.letrec((tie) => ({
  node: fc.oneof(
    { maxDepth: 6, withCrossShrink: true },
    leaf,
    fc.array(tie('node'), { maxLength: 3 }),
    fc
      .array(fc.tuple(fc.constantFrom(...NAMES), tie('node')), { maxLength: 8 })
      .map((pairs) => JSON.parse(`{${pairs.map(jsonPair).join(',')}}`) as unknown),
  ),
})).node;

/** Written out, so that `__proto__` is a name like any other. */
function jsonPair([name, value]: [string, unknown]): string {
  return `${JSON.stringify(name)}:${JSON.stringify(value)}`;
}

describe('HAR import of hostile files', () => {
  it('never throws, and what comes out can be used', () => {
    const entry = fc
      .record({ request: anyJson, response: anyJson, more: anyJson })
      .map((parts) => ({
        ...(typeof parts.more === 'object' ? parts.more : {}),
        request: parts.request,
        response: parts.response,
      }));
    fc.assert(
      fc.property(fc.array(fc.oneof(entry, anyJson), { maxLength: 4 }), (entries) => {
        const { exchanges, problems } = importEntries(...entries);
        expect(exchanges.length + problems.length).toBe(entries.length);
        exportHar(exchanges, { creatorVersion: '1', keepsSecrets: false });
        for (const { detail, requestBody } of exchanges) {
          const { method, host, target } = detail.row;
          const request = { method, url: `http://${host}${target}`, body: requestBody };
          const { headers } = detail.request;
          for (const format of COPY_FORMATS) {
            copyAs(format, { ...request, headers, isBodyTruncated: false });
          }
        }
      }),
      { numRuns: 2000, interruptAfterTimeLimit: 8000 },
    );
  });

  it('takes any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(importHar(text).exchanges).toEqual([]);
      }),
    );
    expect(importHar('{"log":{}}').problems).toEqual([
      'The file is no HAR: it has no log.entries.',
    ]);
    expect(importHar('\ufeff{"log":{"entries":[]}}')).toEqual({ exchanges: [], problems: [] });
  });

  it('is not felled by deep nesting', () => {
    const deep = '['.repeat(1_000_000);
    expect(importHar(deep).problems).toHaveLength(1);
    const closed = `{"log":{"entries":[{"request":${deep}${']'.repeat(1_000_000)}}]}}`;
    expect(importHar(closed).problems).toHaveLength(1);
  });

  it('does not take a prototype for what the file says', () => {
    const text =
      '{"log":{"entries":[{"__proto__":{"request":{}}},{"request":{"__proto__":{"url":"x"}}}]}}';
    const { exchanges, problems } = importHar(text);
    expect(problems).toEqual(['Entry 1 has no request.']);
    expect(exchanges[0]?.detail.row).toMatchObject({ id: 'har-2', target: '', method: '' });
    expect(Object.hasOwn(Object.prototype, 'url')).toBe(false);
  });

  it('takes no tag that could not be given here', () => {
    const tagsFor = (_tags: unknown) =>
      importEntries({ request: {}, response: {}, _tags }).exchanges[0]?.detail.row.tags;
    expect(tagsFor(['a', 'A', null, {}, 'x'.repeat(25), 'a\nb', ' b '])).toEqual(['a', 'b']);
    expect(tagsFor(Array.from('abcdefghijkl'))).toEqual(Array.from('abcdefgh'));
    for (const none of ['stripe', {}, [], [7], null]) expect(tagsFor(none)).toBeUndefined();
  });

  it('is bounded in number and size', () => {
    const many = importHar(`{"log":{"entries":[${'1,'.repeat(ENTRIES_MAX + 5)}1]}}`);
    expect(many.problems).toHaveLength(PROBLEMS_MAX);
    const headers = Array.from({ length: HEADERS_MAX + 5 }, () => ({ name: 'a', value: 'b' }));
    const content = { text: 'é'.repeat(BODY_MAX) };
    const { exchanges } = importEntries({ request: { headers }, response: { content } });
    expect(exchanges[0]?.detail.request.headers).toHaveLength(2 * HEADERS_MAX);
    expect(exchanges[0]?.responseBody).toHaveLength(BODY_MAX);
    expect(exchanges[0]?.detail.row.isTruncated).toBe(true);
    expect(importHar(' '.repeat(64 * 1024 * 1024 + 1)).problems[0]).toMatch(/^The file has/);
  });
});

describe('HAR import of other programs’ files', () => {
  it('reads one of Chrome', () => {
    const { exchanges } = importEntries({
      _resourceType: 'websocket',
      startedDateTime: '2026-01-02T03:04:05.678+01:00',
      time: 100.5,
      request: {
        method: 'GET',
        url: 'wss://user:pw@chat.example:8443/socket?room=1#x',
        httpVersion: 'http/2.0',
        headers: [
          { name: ':authority', value: 'chat.example' },
          { name: 'X-Snowman', value: '☃' },
        ],
      },
      response: { status: 101, statusText: '', content: { size: 0, mimeType: 'x-unknown' } },
      timings: { blocked: 1.5, dns: -1, connect: 2, send: 0.5, wait: 10, receive: 86.5, ssl: 1 },
      _webSocketMessages: [{ type: 'send', time: 1767319445.5, opcode: 1, data: 'hi' }],
    });
    expect(exchanges[0]?.detail.row).toMatchObject({
      kind: 'websocket',
      state: 'aborted',
      scheme: 'https',
      host: 'chat.example:8443',
      target: '/socket?room=1',
      startedAt: Date.UTC(2026, 0, 2, 2, 4, 5, 678),
      firstByteMs: 14,
      durationMs: 100.5,
      socket: { up: { messages: 1, bytes: 2 }, down: { messages: 0 } },
    });
    expect(exchanges[0]?.detail.request.headers).toContain('\xe2\x98\x83');
    expect(exchanges[0]?.messages?.[0]).toMatchObject({ direction: 'up', at: 1767319445500 });
  });

  it('reads a response that never came, and a body that was thrown away', () => {
    const { exchanges } = importEntries({
      request: { method: 'POST', url: 'http://x', _requestBodyStatus: 'discarded:too-large' },
      response: { status: 0, _error: 'x' },
      _error: 'net::ERR_ABORTED',
    });
    expect(exchanges[0]?.detail.row).toMatchObject({
      state: 'failed',
      target: '/',
      firstByteMs: -1,
      isTruncated: true,
      failure: { reason: 'net::ERR_ABORTED' },
    });
  });
});
