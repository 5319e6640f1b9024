import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { requestCookies, responseCookie } from '../../src/body/cookies.ts';
import { FIELDS_MAX, formFields, queryFields } from '../../src/body/form.ts';
import { percentDecoded } from '../../src/body/percent.ts';

const rows = (text: string) => formFields(text).fields.map(({ name, value }) => [name, value]);

describe('form', () => {
  test('keeps order and equal names', () => {
    expect(rows('b=1&a=2&b=3&c&=d&e==&&')).toEqual([
      ['b', '1'],
      ['a', '2'],
      ['b', '3'],
      ['c', ''],
      ['', 'd'],
      ['e', '='],
    ]);
  });

  test('reads what URLSearchParams writes', () => {
    const pair = fc.tuple(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }));
    fc.assert(
      fc.property(fc.array(pair), (pairs) => {
        const read = formFields(new URLSearchParams(pairs).toString());
        expect(read.fields).toEqual(
          pairs.map(([name, value]) => ({ name, value, isBroken: false })),
        );
      }),
    );
  });

  test.each([
    ['100%', '100%'],
    ['%zz', '%zz'],
    ['a%ffb', 'a%ffb'],
    ['%C3%A9%ff%c3', 'é%ff%c3'],
    ['%e2%82', '%e2%82'],
    ['%c3%28', '%c3('],
    ['%00', '\0'],
  ])('%j stands as %j', (sent, shown) => {
    const { fields } = formFields(`a=${sent}`);
    expect(fields).toEqual([{ name: 'a', value: shown, isBroken: sent !== '%00' }]);
  });

  test('of a target', () => {
    expect(queryFields('/a?b=c+d#e=f').fields).toEqual([
      { name: 'b', value: 'c d', isBroken: false },
    ]);
    expect(queryFields('/a').fields).toEqual([]);
    expect(queryFields('*').fields).toEqual([]);
  });

  test('is bounded', () => {
    const { fields, isCut } = formFields('a=b&'.repeat(FIELDS_MAX + 5));
    expect([fields.length, isCut]).toEqual([FIELDS_MAX, true]);
    expect(formFields('a=b&'.repeat(FIELDS_MAX)).isCut).toBe(false);
  });

  test('takes anything, in little time', () => {
    fc.assert(fc.property(fc.string(), (text) => void formFields(text)));
    const started = performance.now();
    for (const piece of ['%', '%f', '%ff', '%c3', '%f0%9f', '&', '=', '+', '%e2%82%ac%ff']) {
      formFields(piece.repeat(100_000 / piece.length));
    }
    expect(performance.now() - started).toBeLessThan(3000);
  });

  test('percent-encoding of any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(percentDecoded(encodeURIComponent(text))).toEqual({ text, isBroken: false });
      }),
    );
  });
});

describe('cookies', () => {
  test('of a request', () => {
    expect(requestCookies('a=1; b="x y"; c=d=e;; lone ')).toEqual([
      { name: 'a', value: '1' },
      { name: 'b', value: '"x y"' },
      { name: 'c', value: 'd=e' },
      { name: '', value: 'lone' },
    ]);
    expect(requestCookies('')).toEqual([]);
    expect(requestCookies('a=1;'.repeat(1000)).length).toBe(300);
  });

  test('of a response', () => {
    const header =
      'id=abc; Path=/; Expires=Wed, 21 Oct 2026 07:28:00 GMT; Max-Age=60; Secure; HttpOnly; SameSite=Lax';
    expect(responseCookie(header)).toEqual({
      name: 'id',
      value: 'abc',
      attributes: [
        { name: 'Path', value: '/' },
        { name: 'Expires', value: 'Wed, 21 Oct 2026 07:28:00 GMT' },
        { name: 'Max-Age', value: '60' },
        { name: 'Secure', value: '' },
        { name: 'HttpOnly', value: '' },
        { name: 'SameSite', value: 'Lax' },
      ],
      maxAge: 60,
      expiresAt: Date.UTC(2026, 9, 21, 7, 28),
      isSecure: true,
      isHttpOnly: true,
      notes: [],
    });
  });

  test.each([
    ['a=b; SameSite=None', 'SameSite=None needs Secure: browsers refuse it.'],
    ['__Secure-a=b', 'Its name promises Secure: browsers refuse it.'],
    ['__Host-a=b; Secure; Path=/x', '__Host- needs Path=/ and no Domain: browsers refuse it.'],
    [`a=${'x'.repeat(4096)}`, 'Longer than 4096 bytes: browsers refuse it.'],
    ['', 'It has no name and no value: browsers refuse it.'],
    ['a=b; Expires=tomorrow', 'Expires is no date.'],
  ])('%j is noted', (header, note) => {
    expect(responseCookie(header).notes).toEqual([note]);
  });

  test('of anything', () => {
    fc.assert(
      fc.property(fc.string(), (header) => {
        requestCookies(header);
        responseCookie(header);
      }),
    );
  });
});
