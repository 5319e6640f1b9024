import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exportHar } from '../../src/har/export-har.ts';
import { exchangeOf } from './exchanges.ts';

const SECRET = 'qZ7secretqZ7';
const options = { creatorVersion: '1', keepsSecrets: false };

const secretHeader = fc.constantFrom(
  ['Authorization', `Bearer ${SECRET}`],
  ['AUTHORIZATION', SECRET],
  ['Proxy-Authorization', `Basic ${SECRET}`],
  ['Cookie', `a=${SECRET}; ${SECRET}; b=x=${SECRET}`],
  ['Set-Cookie', `id=${SECRET}; Path=/; ${SECRET}; Domain=x`],
  ['set-cookie', SECRET],
  ['X-Api-Key', SECRET],
  ['X-Any-Token', SECRET],
  ['Stripe-Signature', `t=1,v1=${SECRET}`],
  ['Location', `/cb?code=${SECRET}#access_token=${SECRET}`],
  ['Referer', `https://u:${SECRET}@x.example/?sig=${SECRET}`],
);
const plainHeader = fc.constantFrom(['Accept', '*/*'], ['X-Request-Id', 'r'], ['Cookie', 'x=y']);
const headers = fc
  .array(fc.oneof(secretHeader, plainHeader), { maxLength: 6 })
  .map((lines) => lines.flat());
const target = fc
  .array(
    fc.constantFrom(
      'page=2',
      `access_token=${SECRET}`,
      `Api-Key=${SECRET}`,
      `%63ode=${SECRET}`,
      `x%5Bpassword%5D=${SECRET}`,
      '=',
      'a',
    ),
  )
  .map((pairs) => `/path?${pairs.join('&')}`);
const body = fc
  .constantFrom(
    `{"access_token":"${SECRET}","n":1}`,
    `data: {"password" : "${SECRET}`,
    `{"payload":"{\\"clientSecret\\":\\"${SECRET}\\"}"}`,
    'plain',
  )
  .map((text) => new TextEncoder().encode(text));

describe('a masked export', () => {
  it('contains no secret anywhere', () => {
    const parts = fc.record({
      row: target.map((text) => ({ target: text, kind: 'websocket' as const })),
      requestHeaders: headers,
      responseHeaders: headers,
      trailers: headers,
      requestBody: body,
      responseBody: body,
      messages: fc.array(
        body.map((payload) => ({ direction: 'up' as const, opcode: 1, payload, at: 0 })),
      ),
    });
    fc.assert(
      fc.property(parts, (told) => {
        const text = JSON.stringify(exportHar([exchangeOf(told)], options));
        expect(text).not.toContain(SECRET);
        expect(text).toContain('/path?');
      }),
      { numRuns: 500 },
    );
  });

  it('masks a form, keeps the rest of it, and leaves the original alone', () => {
    const requestHeaders = ['Content-Type', 'application/x-www-form-urlencoded'];
    const requestBody = new TextEncoder().encode(`grant=x&client_secret=${SECRET}`);
    const exchange = exchangeOf({ requestHeaders, requestBody });
    const [entry] = exportHar([exchange], options).log.entries;
    expect(entry?.request.postData?.text).toBe('grant=x&client_secret=***');
    const [kept] = exportHar([exchange], { ...options, keepsSecrets: true }).log.entries;
    expect(kept?.request.postData?.text).toContain(SECRET);
  });
});
