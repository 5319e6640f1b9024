/**
 * 2.B, the Host header and absolute targets: which tunnel, or 400, or 404; never a guess.
 * B29 (SNI against Host) waits for a listener with TLS.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type InProcessRig, oracle, shown, startRig } from '../src/rig/index.ts';

let rig: InProcessRig;
beforeAll(async () => {
  rig = await startRig();
});
afterEach(() => rig.reset());
afterAll(() => rig.close());

const get = (host: string, target = '/') => `GET ${target} HTTP/1.1\r\nHost: ${host}\r\n\r\n`;

function refuses(id: string, bytes: string, status: number | number[] = 400): void {
  test(`${id} ${shown(bytes, 150)}`, async () => {
    await oracle(rig, bytes, { status });
    expect(rig.origin.exchanges).toEqual([]);
  });
}

/** No such tunnel: an answer of the relay's own; the connection may live on. */
function notFound(id: string, host: string): void {
  test(`${id} ${shown(host, 100)} is 404`, async () => {
    const { response } = await oracle(rig, get(host, '/p'), { status: 404, closes: false });
    expect(rig.origin.exchanges).toEqual([]);
    expect(response.isComplete).toBe(true);
  });
}

function reaches(id: string, bytes: string, line: string): void {
  test(`${id} ${shown(bytes, 150)}`, async () => {
    const { exchanges } = await oracle(rig, bytes, { status: 200, requests: 1 });
    expect(exchanges[0]?.request.startLine).toBe(line);
  });
}

refuses('B01 no Host', 'GET / HTTP/1.1\r\n\r\n');
refuses('B01 no Host, absolute target', 'GET http://one.test/ HTTP/1.1\r\n\r\n');
refuses('B02 HTTP/1.0 without Host', 'GET / HTTP/1.0\r\n\r\n', [400, 404]);
refuses('B04 two Hosts', 'GET / HTTP/1.1\r\nHost: one.test\r\nHost: two.test\r\n\r\n');
refuses('B04 two equal Hosts', 'GET / HTTP/1.1\r\nHost: one.test\r\nHost: one.test\r\n\r\n');
refuses(
  'B04 two Hosts apart',
  'GET / HTTP/1.1\r\nHost: one.test\r\nX: 1\r\nhOST: one.test\r\n\r\n',
);
refuses('B04 the second Host empty', 'GET / HTTP/1.1\r\nHost: one.test\r\nHost:\r\n\r\n');
refuses('B04 two Hosts on HTTP/1.0', 'GET / HTTP/1.0\r\nHost: one.test\r\nHost: two.test\r\n\r\n');
refuses(
  'B04 second Host behind 2,100 lines',
  `GET / HTTP/1.1\r\nHost: one.test\r\n${'a:b\r\n'.repeat(2_100)}Host: two.test\r\n\r\n`,
  431,
);
for (const host of ['', ' ', '.', '..', '...', ':', ':80']) refuses('B05 empty', get(host));

for (const host of [
  'ONE.TesT',
  'ONE.TEST',
  'one.TEST',
  '\tone.test',
  '  one.test',
  'one.test \t',
]) {
  reaches('B06', get(host, '/p'), 'GET /p HTTP/1.1');
}
for (const host of [
  'one.test:80',
  'one.test:8443',
  'one.test:65535',
  'one.test:',
  'one.test:0',
  'ONE.test:1',
]) {
  reaches('B07', get(host, '/p'), 'GET /p HTTP/1.1');
}
for (const host of ['one.test.', 'one.test.:80', 'ONE.TEST.:8080']) {
  reaches('B09 one trailing dot', get(host, '/p'), 'GET /p HTTP/1.1');
}

const ports = [
  '98777',
  '65536',
  'abc',
  '80:90',
  '-1',
  '0x50',
  ' 80',
  '80 ',
  '80a',
  '+80',
  '8 0',
  '80,81',
  '99999999999999999999',
  '80/',
  '80#',
  '1e3',
  '80.5',
  '\xb2',
  ':',
  ':80',
];
for (const port of ports) {
  if (port === '80 ')
    reaches('B08 port with a space behind', get(`one.test:${port}`), 'GET / HTTP/1.1');
  else refuses('B08 port', get(`one.test:${port}`));
}
for (const host of [
  'one.test..',
  '.one.test',
  'one..test',
  'one.test.:1.2',
  '..one.test',
  'one.test...',
  '.test',
  'one.test..:80',
]) {
  refuses('B10 dots', get(host));
}
const lists = [
  'one.test, two.test',
  'one.test two.test',
  'one.test,one.test',
  'one.test,',
  ',one.test',
  'one.test;two.test',
  'one.test\ttwo.test',
];
for (const host of lists) refuses('B11 list', get(host));
const odd = [
  'one.test@evil',
  'evil@one.test',
  'one.test/x',
  'one.test\\x',
  'one.test?x',
  'one.test#x',
  'one%2etest',
  'user:pass@one.test',
  'http://one.test',
  '//one.test',
  'one.test/',
  '"one.test"',
  "one.test'",
  'one.test%00',
  'one.test%20',
  '*.test',
  'one.test|x',
  'one.test`id`',
  'one.test$(id)',
  '<one.test>',
  'one.test>',
  '{one}.test',
  'one.test^',
  'one.test!',
  'one.test&x',
  'one.test=x',
  'one.test+x',
  '(one).test',
  'one.test~',
  '@one.test',
  'one@.test',
  '%one.test',
  'one.te%73t',
  '-one-.test;',
];
for (const host of odd) refuses('B12 odd characters', get(host));
for (const host of [
  't\xe4.test',
  'one.test\xff',
  '\xa0one.test',
  'one\0.test',
  'one.\ttest',
  'one\x7f.test',
  'one\xad.test',
  '\xef\xbd\x941.test',
]) {
  refuses('B13 bytes', get(host));
}
for (const host of [
  '[::1',
  '::1',
  '[::1]x',
  '[one.test]',
  '[::1].test',
  '[]',
  '[:',
  ']',
  '[::1]:',
  '[::1]:abc',
  '[::1]:99999',
  '[::g]',
  '[v1.x]:80x',
  'one.[::1]',
]) {
  if (host === '[::1]:') notFound('B15 IPv6', host);
  else refuses('B15 broken IPv6', get(host));
}
for (const host of ['[::1]', '[::1]:80', '[2001:db8::1]', '[::ffff:127.0.0.1]:3000'])
  notFound('B14', host);

const strangers = [
  'one.test.evil',
  'eviltest',
  'onetest',
  'a.one.test',
  'evil-test',
  'one.test.test.evil',
  'xone.test',
  'onex.test',
  'two.test',
  'one.testx',
  'one.tes',
  'test.one',
  't.test',
  '1.test',
  'one.test.one.evil',
  'one.test.com',
  'example.com',
  'localhost',
  '169.254.169.254',
  '10.0.0.1:80',
  '0x7f.1',
  '2130706433',
  'a.b.c.d.e.f.test',
];
for (const host of strangers) notFound('B16', host);
for (const label of [
  'constructor',
  '__proto__',
  'tostring',
  'hasownproperty',
  'toString',
  'valueof',
  '__definegetter__',
  'prototype',
  'null',
  'undefined',
  'nan',
  'true',
]) {
  notFound('B17', `${label}.test`);
}
notFound('B28 punycode', 'xn--bcher-kva.test');
notFound('B28 punycode of ascii', 'xn--one-.test');
notFound('B16 a label of 63', `${'a'.repeat(63)}.test`);
for (const host of [
  `${'a'.repeat(64)}.test`,
  `${'a.'.repeat(126)}test`,
  `${'a'.repeat(255)}.test`,
  `${'a.'.repeat(4_000)}test`,
  `${'a'.repeat(8_000)}.test`,
]) {
  refuses('B16 longer than a DNS name may be', get(host), [400, 404]);
}

describe('absolute-form targets', () => {
  reaches('B18', get('one.test', 'http://one.test/p?q'), 'GET /p?q HTTP/1.1');
  reaches('B18 no path', get('one.test', 'http://one.test'), 'GET / HTTP/1.1');
  reaches('B18 query only', get('one.test', 'http://one.test?q=1'), 'GET /?q=1 HTTP/1.1');
  reaches('B18 cases', get('one.test', 'HTTP://ONE.TEST/P'), 'GET /P HTTP/1.1');
  reaches('B18 default port', get('one.test', 'http://one.test:80/p'), 'GET /p HTTP/1.1');
  reaches('B18 equal ports', get('one.test:8080', 'http://one.test:8080/p'), 'GET /p HTTP/1.1');
  reaches(
    'B18 raw path',
    get('one.test', 'http://one.test/a/../b//%2e?x=http://y'),
    'GET /a/../b//%2e?x=http://y HTTP/1.1',
  );

  const disagreeing: [string, string][] = [
    ['one.test', 'http://two.test/'],
    ['one.test', 'http://two.test/api/admin/x'],
    ['two.test', 'http://one.test/'],
    ['one.test', 'http://one.test.evil/'],
    ['one.test', 'http://evil.one.test/'],
  ];
  for (const [host, target] of disagreeing) refuses('B19', get(host, target));

  const malformed = [
    'http://user@one.test/',
    'http://user:pw@one.test/p',
    'http://one.test@evil/',
    'ftp://one.test/',
    'http:///p',
    'http://one.test:81/',
    'http:one.test/',
    'http:/one.test/p',
    'file:///etc/passwd',
    'gopher://one.test/',
    'ws://one.test/',
    'javascript:alert(1)',
    'http://',
    'http:',
    'http://one.test:x/',
    'http://one.test,two.test/',
    'http://one.test\\@evil/',
    'http://one.test#f',
    'http://[::1]/',
    '//one.test@x',
    'http://%74%31.test/',
    'http://169.254.169.254/',
    'http://:80/',
    'http://one.test:99999/',
    'data:,x',
    'http://one.test..//',
    'http://@one.test/',
    'unix:/var/run/docker.sock',
  ];
  for (const target of malformed) {
    if (target.startsWith('//'))
      reaches(
        'B20 looks like an authority, is a path',
        get('one.test', target),
        `GET ${target} HTTP/1.1`,
      );
    else refuses('B20', get('one.test', target));
  }
  refuses('B20 https to a plain listener', get('one.test', 'https://one.test/'));
  refuses(
    'B20 upgrade to an absolute target elsewhere (D36)',
    `GET http://169.254.169.254/ HTTP/1.1\r\nHost: one.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
  );
});

describe('B22 other forms', () => {
  for (const target of [
    'one.test:80',
    'admin',
    '*/x',
    '**',
    '?q',
    '.',
    '..',
    '#',
    '%2f',
    '\\',
    ':80',
    '@',
    '*?',
  ]) {
    refuses('B22', get('one.test', target));
  }
  refuses('B22 OPTIONS */x', 'OPTIONS */x HTTP/1.1\r\nHost: one.test\r\n\r\n');
  refuses('B21 GET *', get('one.test', '*'));
  refuses('B21 POST *', 'POST * HTTP/1.1\r\nHost: one.test\r\nContent-Length: 5\r\n\r\nhello');
  reaches('B21 OPTIONS *', 'OPTIONS * HTTP/1.1\r\nHost: one.test\r\n\r\n', 'OPTIONS * HTTP/1.1');
  reaches(
    'B21 OPTIONS of a path',
    'OPTIONS /p HTTP/1.1\r\nHost: one.test\r\n\r\n',
    'OPTIONS /p HTTP/1.1',
  );
});

describe('B23 fragments', () => {
  for (const target of ['/a#b', '/#', '/?q#f', 'http://one.test/#f', '/%23#'])
    refuses('B23', get('one.test', target));
  reaches('B23 an escaped one', get('one.test', '/a%23b'), 'GET /a%23b HTTP/1.1');
});

test('B27 requests for two tunnels on one connection each reach their own', async () => {
  const other = await startRig({ name: 'other' });
  try {
    const visitor = await rig.send(
      get('one.test', '/1') + get('other.test', '/2') + get('one.test', '/3'),
    );
    const responses = await visitor.responses(3);
    expect(responses.map(({ status }) => status)).toEqual([200, 404, 200]);
    expect(rig.origin.exchanges.map(({ request }) => request.target)).toEqual(['/1', '/3']);
    expect(other.origin.exchanges).toEqual([]);
  } finally {
    await other.close();
  }
});
