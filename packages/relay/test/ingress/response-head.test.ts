import { ProtocolError } from '@sellia/protocol';
import { describe, expect, test } from 'vitest';
import {
  checkInterim,
  checkResponse,
  checkSwitch,
  withoutWideDomain,
} from '../../src/ingress/response-head.ts';

const head = (status: number, ...headers: string[]) => ({ status, reason: 'Reason', headers });
const check = (status: number, ...headers: string[]) =>
  checkResponse(head(status, ...headers), 'GET', 'test');

describe('a final head', () => {
  const breaches: [string, number, string[]][] = [
    ['an interim status', 199, []],
    ['101 unasked', 101, []],
    ['two lengths', 200, ['Content-Length', '1', 'content-length', '1']],
    ['an odd length', 200, ['Content-Length', '+1']],
    ['a length past 2^53', 200, ['Content-Length', '9007199254740993']],
    ['a coding', 200, ['Transfer-Encoding', 'chunked']],
    ['a coding to HEAD', 304, ['TRANSFER-encoding', 'gzip']],
  ];
  for (const [what, status, headers] of breaches) {
    test(`with ${what} is a breach`, () => {
      expect(() => check(status, ...headers)).toThrow(ProtocolError);
    });
  }

  test('keeps order, case and number, drops what is not for visitors', () => {
    const { lines } = check(
      200,
      ...[
        'ETag',
        'x',
        'Set-Cookie',
        'a=1',
        'set-cookie',
        'b=2',
        'Alt-Svc',
        'h3',
        'X-Sellia-Error',
        'x',
      ],
      ...[
        'Keep-Alive',
        '5',
        'Connection',
        'close, X-Own, Set-Cookie',
        'X-Own',
        '1',
        'content-length',
        '3',
      ],
    );
    expect(lines).toEqual([
      ...['ETag', 'x', 'Set-Cookie', 'a=1', 'set-cookie', 'b=2', 'content-length', '3'],
    ]);
  });

  test('says whether a body follows', () => {
    expect(check(200, 'Content-Length', '3')).toMatchObject({ hasBody: true, length: 3 });
    expect(check(200)).toMatchObject({ hasBody: true, length: -1 });
    expect(check(304, 'Content-Length', '3')).toMatchObject({ hasBody: false });
    expect(checkResponse(head(200, 'Content-Length', '3'), 'HEAD', 'test').hasBody).toBe(false);
  });
});

test('an interim head keeps its lines and frames nothing', () => {
  expect(checkInterim(head(103, 'Link', '</a>', 'Connection', 'x'))).toEqual(['Link', '</a>']);
  for (const bad of [head(200), head(101), head(103, 'Content-Length', '1')]) {
    expect(() => checkInterim(bad)).toThrow(ProtocolError);
  }
});

test('a switch has no body, and its own two lines are written anew', () => {
  const lines = ['Upgrade', 'websocket', 'Connection', 'Upgrade', 'Sec-WebSocket-Accept', 'x'];
  expect(checkSwitch(head(101, ...lines), 'test')).toEqual(['Sec-WebSocket-Accept', 'x']);
  expect(() => checkSwitch(head(101, 'Content-Length', '0'), 'test')).toThrow(ProtocolError);
});

const cookies: [string, string, string][] = [
  ['a=b; Domain=test', 'test', 'a=b'],
  ['a=b; domain=.TEST; Path=/', 'test', 'a=b; Path=/'],
  ['a=b; Path=/; DOMAIN = example.com ; Secure', 'relay.example.com', 'a=b; Path=/; Secure'],
  ['a=b; Domain=com', 'relay.example.com', 'a=b'],
  ['a=b; Domain=t1.test', 'test', 'a=b; Domain=t1.test'],
  ['a=b; Domain=othertest', 'test', 'a=b; Domain=othertest'],
  ['domain=test', 'test', 'domain=test'],
];
for (const [cookie, domain, wanted] of cookies) {
  test(`${cookie} below ${domain} is ${wanted}`, () => {
    expect(withoutWideDomain(cookie, domain)).toBe(wanted);
  });
}
