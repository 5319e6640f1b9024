import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COPY_FORMATS, copyAs } from '../../src/copy/copy.ts';
import { copyRawHttp, rawResponse, responseText } from '../../src/copy/raw-http.ts';
import { bytesOf, requestTo } from './requests.ts';

describe('raw HTTP', () => {
  it('writes a request', () => {
    const headers = ['Connection', 'close', 'X-B', '1', 'x-a', '', 'Content-Length', '9'];
    const sample = { method: 'POST', target: '/a?b', headers, body: bytesOf('é\n') };
    expect(copyRawHttp(requestTo('https://x.example:8443', sample))).toEqual({
      text:
        'POST /a?b HTTP/1.1\r\nHost: x.example:8443\r\nX-B: 1\r\nx-a:\r\n' +
        'Content-Length: 3\r\n\r\né\n',
      warnings: [],
    });
  });

  it('keeps a Host of its own, in its place', () => {
    const sample = {
      method: 'GET',
      target: '/',
      headers: ['A', 'b', 'Host', 'y'],
      body: bytesOf(''),
    };
    const { text } = copyRawHttp(requestTo('https://x.example', sample));
    expect(text).toBe('GET / HTTP/1.1\r\nA: b\r\nHost: y\r\n\r\n');
  });

  it('writes a response', () => {
    const headers = ['Transfer-Encoding', 'chunked', 'Set-Cookie', 'a=b', 'Set-Cookie', 'c=d'];
    expect(responseText(404, 'Not\xa0Found', headers, bytesOf('no')).file?.name).toBe(
      'response.http',
    );
    expect(responseText(404, 'Not Found', headers, bytesOf('no')).text).toBe(
      'HTTP/1.1 404 Not Found\r\nSet-Cookie: a=b\r\nSet-Cookie: c=d\r\nContent-Length: 2\r\n\r\nno',
    );
  });

  it('hands bytes that are no text over as a file', () => {
    const { text, file, warnings } = responseText(200, 'OK', [], new Uint8Array([0xff, 0x1b, 0]));
    expect(text).toBe('HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n\ufffd\ufffd\ufffd');
    expect([...(file?.bytes.subarray(-3) ?? [])]).toEqual([0xff, 0x1b, 0]);
    expect(warnings).toHaveLength(1);
  });

  it('cannot be made to write a second line', () => {
    const bytes = rawResponse(200, 'OK\r\nX: y', ['A', 'b\r\nC: d'], new Uint8Array());
    expect(Buffer.from(bytes).toString()).toBe('HTTP/1.1 200 OK  X: y\r\nA: b  C: d\r\n\r\n');
  });
});

describe('every format', () => {
  it('takes whatever an imported capture holds', () => {
    const text = fc.string({ unit: 'binary', maxLength: 30 });
    const request = fc.record({
      method: text,
      url: fc.oneof(
        text,
        text.map((rest) => `http://x${rest}`),
      ),
      headers: fc.array(text, { maxLength: 7 }),
      body: fc.uint8Array({ maxLength: 20 }),
      isBodyTruncated: fc.boolean(),
    });
    fc.assert(
      fc.property(request, fc.constantFrom(...COPY_FORMATS), fc.boolean(), (made, format, mask) => {
        expect(copyAs(format, made, { masksSecrets: mask }).text).toMatch(
          /^[^\p{Cc}]*(?:[\t\r\n]+[^\p{Cc}]*)*$/u,
        );
      }),
      { numRuns: 1000 },
    );
  });

  it('is written in no time, however long the request', () => {
    for (const character of ['\\', '"', "'", '%', ' ', '\t', '\r', '/', '=', '&', '?', '\xe9']) {
      const long = character.repeat(60_000);
      const sample = { method: 'POST', target: `/${long}`, headers: ['X', `a${long}b`] };
      const request = requestTo('http://x', { ...sample, body: bytesOf(long) });
      const started = performance.now();
      for (const format of COPY_FORMATS) copyAs(format, request, { masksSecrets: true });
      expect(performance.now() - started).toBeLessThan(2000);
    }
  });
});
