/**
 * 2.C, what O sees of a visitor's headers. C13 (PROXY protocol) waits for a listener that speaks it
 * (C12, where none does, is with the start lines), C20 for a tunnel's own basic auth, the node-to-node half of C14 for more than one node.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  bytesOf,
  type HttpMessage,
  type InProcessRig,
  oracle,
  startRig,
} from '../src/rig/index.ts';

let rig: InProcessRig;
beforeAll(async () => {
  rig = await startRig();
});
afterEach(() => rig.reset());
afterAll(() => rig.close());

const H = 'Host: one.test\r\n';

/** The request as O saw it, sent by both ways upstream: without and with a body. */
async function atOrigin(lines: string, body = '', host = H): Promise<HttpMessage> {
  const head = body === '' ? 'GET /p' : 'POST /p';
  const framing = body === '' ? '' : `Content-Length: ${body.length}\r\n`;
  const bytes = `${head} HTTP/1.1\r\n${host}${lines}${framing}\r\n${body}`;
  const { exchanges } = await oracle(rig, bytes, { status: 200, requests: 1 });
  const request = exchanges[0]?.request as HttpMessage;
  expect(request.text).toBe(body);
  return request;
}

/** What relay and client own, or may write anew in another place. */
const OWN =
  /^(host|connection|content-length|transfer-encoding|te|forwarded|x-forwarded-(for|host|proto|port)|x-request-id|x-sellia-.*)$/i;

function foreign(request: HttpMessage): string[] {
  const { headers } = request;
  return headers.flatMap((name, i) =>
    i % 2 === 0 && !OWN.test(name) ? [`${name}: ${headers[i + 1]}`] : [],
  );
}

const bodies: [string, string][] = [
  ['without a body', ''],
  ['with a body', 'hello'],
];

for (const [how, body] of bodies) {
  describe(how, () => {
    test('C01 60 lines keep order, case and number', async () => {
      const lines = Array.from({ length: 60 }, (_, i) => {
        const name = ['X-Odd', 'x-odd', 'ACCEPT', 'accept', 'X-MiXeD', 'Cache-Control'][i % 6];
        return `${name}${i % 5 === 0 ? '' : `-${i % 7}`}: value ${i}`;
      });
      const request = await atOrigin(`${lines.join('\r\n')}\r\n`, body);
      expect(foreign(request)).toEqual(lines);
    });

    test('C01 duplicates are not joined, whatever their name', async () => {
      const lines = [
        'Cookie: a=1',
        'Cookie: b=2',
        'Accept: x',
        'X: 1',
        'accept: y',
        'User-Agent: a',
        'User-Agent: b',
        'Authorization: Basic eDp5',
        'Referer: r',
        'If-Match: "1"',
        'If-Match: "2"',
        'Content-Type: a/b',
        'Set-Cookie: odd=here',
        'Via: 1.1 a',
        'Via: 1.1 b',
        'Date: x',
        'Age: 1',
        'Age: 2',
        'From: a',
        'Range: bytes=0-1',
        'X-Empty:',
        'X-Empty:',
        'Max-Forwards: 3',
        'Warning: w',
        'ETag: "e"',
      ];
      const request = await atOrigin(`${lines.join('\r\n')}\r\n`, body);
      expect(foreign(request)).toEqual(lines.map((line) => line.replace(/:$/, ': ')));
    });

    const connections: [string, string][] = [
      [
        'C04',
        'Connection: close, X-Forwarded-For, X-Forwarded-Proto, X-Forwarded-Host, Forwarded, Host, Authorization, Cookie, Content-Length, Content-Type, Transfer-Encoding, X-Sellia-Hops\r\n',
      ],
      [
        'C05',
        'Connection: x-FORWARDED-for ,, \tX-forwarded-PROTO\t,x-forwarded-host, hOST\r\nConnection: close,AUTHORIZATION , cookie,content-length,,\r\n',
      ],
      ['C05', 'connection: Content-Length\r\nCONNECTION: Host\r\nCoNnEcTiOn: Cookie, close\r\n'],
    ];
    for (const [id, connection] of connections) {
      test(`${id} ${JSON.stringify(connection.slice(0, 60))} deletes nothing of value`, async () => {
        const lines = `${connection}Authorization: Bearer x\r\nCookie: a=b\r\nContent-Type: text/plain\r\n`;
        const request = await atOrigin(lines, body);
        expect(request.value('authorization')).toBe('Bearer x');
        expect(request.value('cookie')).toBe('a=b');
        expect(request.value('content-type')).toBe('text/plain');
        expect(request.values('x-forwarded-for')).toEqual(['127.0.0.1']);
        expect(request.values('x-forwarded-proto')).toEqual(['http']);
        expect(request.values('x-forwarded-host')).toEqual(['one.test']);
        expect(request.values('host').length).toBe(1);
        expect(request.value('connection') ?? '').not.toMatch(
          /forwarded|cookie|host|authorization/i,
        );
      });
    }

    test('C03 hop-by-hop lines and those that Connection names do not travel', async () => {
      const lines =
        'Connection: close, X-Hop, x-other\r\nX-Hop: 1\r\nX-OTHER: 2\r\nX-Stays: 3\r\nKeep-Alive: timeout=5\r\n' +
        'Proxy-Connection: keep-alive\r\nProxy-Authorization: Basic x\r\nTE: gzip\r\nProxy-Authenticate: x\r\n';
      const request = await atOrigin(lines, body);
      expect(foreign(request)).toEqual(['X-Stays: 3']);
      expect(request.has('te')).toBe(false);
    });

    test('C03 TE: trailers is written anew, other codings of TE are not', async () => {
      const request = await atOrigin('TE: gzip;q=0.5, Trailers\r\nConnection: TE\r\n', body);
      expect(request.values('te')).toEqual(['trailers']);
    });

    test('C06 forwarding headers of a stranger are replaced by the truth', async () => {
      const lines =
        'X-Forwarded-For: 1.2.3.4\r\nX-Real-IP: 1.2.3.4\r\nForwarded: for=1.2.3.4;proto=https\r\n' +
        'X-Forwarded-Host: evil\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Port: 443\r\nX-Forwarded-Server: evil\r\n' +
        'x-forwarded-for: 5.6.7.8\r\nX-FORWARDED-FOR: 9.9.9.9\r\n';
      const request = await atOrigin(lines, body);
      expect(request.values('x-forwarded-for')).toEqual(['127.0.0.1']);
      expect(request.values('x-forwarded-host')).toEqual(['one.test']);
      expect(request.values('x-forwarded-proto')).toEqual(['http']);
      expect(request.values('x-forwarded-port').length).toBe(1);
      expect(request.value('x-forwarded-port')).not.toBe('443');
      expect(request.values('forwarded').length).toBe(1);
      expect(request.value('forwarded')).toMatch(/for="?127\.0\.0\.1"?/);
      expect(request.value('forwarded')).toMatch(/proto=http\b(?!s)/);
      expect(request.rawHead.toString('latin1')).not.toMatch(
        /evil|1\.2\.3\.4|5\.6\.7\.8|9\.9\.9\.9/,
      );
    });

    const shadows = [
      'X_Forwarded_For',
      'X_FORWARDED_FOR',
      'X.Forwarded.For',
      'X-Forwarded_For',
      'x_real_ip',
      'X_Forwarded_Proto',
      'X.Forwarded-Host',
      'Content_Length',
      'Transfer_Encoding',
      'Keep_Alive',
      'Proxy_Authorization',
      'X_Sellia_Hops',
      'X.Sellia.Hops',
    ];
    for (const name of shadows) {
      test(`C09 ${name} does not travel`, async () => {
        const request = await atOrigin(`${name}: 1.2.3.4\r\nX: 1\r\n`, body);
        expect(foreign(request)).toEqual(['X: 1']);
      });
    }

    test('C09 other names with _ or . pass', async () => {
      const lines = [
        'my_header: 1',
        'X_Api_Key: 2',
        'a.b: 3',
        'x_forwarded: 4',
        '_: 5',
        'X-Forwarded-Forx: 6',
      ];
      const request = await atOrigin(`${lines.join('\r\n')}\r\n`, body);
      expect(foreign(request)).toEqual(lines);
    });

    test('C10 C14 names of the relay itself are not taken from a visitor', async () => {
      const names = ['X-Sellia-Hops', 'x-sellia-request-id', 'X-SELLIA-Node', 'X-Sellia-Anything'];
      const request = await atOrigin(names.map((name) => `${name}: forged\r\n`).join(''), body);
      expect(request.rawHead.toString('latin1')).not.toContain('forged');
    });

    test('C11 X-Forwarded-Host is the Host with its port', async () => {
      const request = await atOrigin('', body, 'Host: ONE.test:8080\r\n');
      expect(request.values('x-forwarded-host')).toEqual(['ONE.test:8080']);
      expect(request.values('x-forwarded-proto')).toEqual(['http']);
    });

    test('C18 bytes above 0x7f arrive as they are', async () => {
      const high = Array.from({ length: 128 }, (_, i) => String.fromCharCode(128 + i)).join('');
      const request = await atOrigin(`X-High: ${high}\r\nX-Utf8: caf\xc3\xa9\r\n`, body);
      expect(bytesOf(request.value('x-high') ?? '')).toEqual(bytesOf(high));
      expect(request.value('x-utf8')).toBe('caf\xc3\xa9');
    });

    test('C19 names of object members', async () => {
      const lines = [
        '__proto__: 1',
        'constructor: 2',
        'toString: 3',
        '__proto__: 4',
        'hasOwnProperty: 5',
        'valueOf: 6',
        'prototype: 7',
        '__defineGetter__: 8',
        'then: 9',
        'length: 10',
      ];
      const request = await atOrigin(`${lines.join('\r\n')}\r\n`, body);
      expect(foreign(request)).toEqual(lines);
      expect(({} as Record<string, unknown>)['1']).toBeUndefined();
    });

    test('C30 all token characters in a name, and numbers for names', async () => {
      const lines = ["!#$%&'*+-^`|~: 1", '0: 2', '42: 3', 'A: 4', '-: 5', '*: 6'];
      const request = await atOrigin(`${lines.join('\r\n')}\r\n`, body);
      expect(foreign(request)).toEqual(lines);
    });

    test('C31 spaces and tabs around a value are not part of it, inside they are', async () => {
      const request = await atOrigin('X-A:   \t a \t b \t  \r\nX-B:c\r\nX-C:\t\r\n', body);
      expect(foreign(request)).toEqual(['X-A: a \t b', 'X-B: c', 'X-C: ']);
    });

    test('C32 what an attacker hopes somebody decodes stays as it is', async () => {
      const lines = [
        'X-Enc: a%0d%0aX-Evil: 1',
        'X-Esc: a\\r\\nX-Evil: 1',
        'X-Utf7: +AA0ACg-',
        'X-Nel: a\x85b',
        'X-Mime: =?utf-8?q?=0D=0AX-Evil:_1?=',
      ];
      const request = await atOrigin(`${lines.join('\r\n')}\r\n`, body);
      expect(foreign(request)).toEqual(lines);
      expect(request.has('x-evil')).toBe(false);
    });

    test('C33 no Date, User-Agent, Accept or Accept-Encoding is added', async () => {
      const request = await atOrigin('', body);
      expect(foreign(request)).toEqual([]);
    });
  });
}

for (const [how, body] of bodies) {
  test(`C03 an Upgrade to anything else is dropped, with what belongs to it, ${how}`, async () => {
    const lines =
      'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: foo/1\r\nHTTP2-Settings: AAMAAABk\r\nX: 1\r\n';
    const request = await atOrigin(lines, body);
    expect(foreign(request)).toEqual(['X: 1']);
    expect(request.has('upgrade')).toBe(false);
  });

  test(`C03 what Connection names beside an ignored upgrade is dropped, too, ${how}`, async () => {
    const lines = 'Connection: X-Hop, Upgrade\r\nUpgrade: foo/1\r\nX-Hop: 1\r\nX: 1\r\n';
    const request = await atOrigin(lines, body);
    expect(foreign(request)).toEqual(['X: 1']);
  });
}

test('C11 printed URLs of https do not make the listener one', async () => {
  const pretender = await startRig({ relayOptions: { useHttps: true } });
  try {
    const response = await pretender.ask('/p');
    expect(response.status).toBe(200);
    const [exchange] = pretender.origin.exchanges;
    expect(exchange?.request.values('x-forwarded-proto')).toEqual(['http']);
    expect(exchange?.request.values('x-forwarded-port')).toEqual(['80']);
  } finally {
    await pretender.close();
  }
});

describe('trusted proxies', () => {
  let trusting: InProcessRig;
  beforeAll(async () => {
    trusting = await startRig({
      relayOptions: { trustedProxies: ['127.0.0.0/8', '10.0.0.0/8', 'fd00::/8'] },
    });
  });
  afterEach(() => trusting.reset());
  afterAll(() => trusting.close());

  async function forwarded(lines: string): Promise<HttpMessage> {
    const bytes = `GET /p HTTP/1.1\r\n${H}${lines}\r\n`;
    const { exchanges } = await oracle(trusting, bytes, { status: 200, requests: 1 });
    const request = exchanges[0]?.request as HttpMessage;
    expect(request.values('x-forwarded-for').length).toBe(1);
    expect(request.values('forwarded').length).toBeLessThanOrEqual(1);
    return request;
  }

  test('C07 appended', async () => {
    const request = await forwarded('X-Forwarded-For: 9.9.9.9, 8.8.8.8\r\n');
    expect(request.value('x-forwarded-for')).toBe('9.9.9.9, 8.8.8.8, 127.0.0.1');
  });

  for (const [chain, visitor] of [
    ['9.9.9.9, 8.8.8.8', '8.8.8.8'],
    ['9.9.9.9, 8.8.8.8, 10.1.1.1', '8.8.8.8'],
    ['9.9.9.9, [2001:db8::5]:80, fd00::1', '2001:db8::5'],
    ['127.0.0.1, 8.8.4.4:1234', '8.8.4.4'],
    ['10.0.0.1, 10.0.0.2', '10.0.0.1'],
    ['1.2.3.4, nonsense', '127.0.0.1'],
    ['', '127.0.0.1'],
  ] as const) {
    test(`C07 the visitor of ${JSON.stringify(chain)} is ${visitor}`, async () => {
      trusting.events.length = 0;
      await forwarded(`X-Forwarded-For: ${chain}\r\n`);
      const ended = trusting.events as { type: string; visitor?: string; target?: string }[];
      const own = ended.find(({ type, target }) => type === 'exchange.ended' && target === '/p');
      expect(own?.visitor).toBe(visitor);
    });
  }

  test("C07 the proxy's word on scheme, host and port", async () => {
    const lines =
      'X-Forwarded-Proto: https\r\nX-Forwarded-Host: pub.example\r\nX-Forwarded-Port: 443\r\n';
    const request = await forwarded(lines);
    expect(request.values('x-forwarded-proto')).toEqual(['https']);
    expect(request.values('x-forwarded-host')).toEqual(['pub.example']);
    expect(request.values('x-forwarded-port')).toEqual(['443']);
  });

  test('C08 three lines become one', async () => {
    const lines =
      'X-Forwarded-For: 1.1.1.1\r\nx-forwarded-for: 2.2.2.2\r\nX-FORWARDED-FOR: 3.3.3.3, 4.4.4.4\r\n';
    const request = await forwarded(lines);
    expect(request.value('x-forwarded-for')).toBe('1.1.1.1, 2.2.2.2, 3.3.3.3, 4.4.4.4, 127.0.0.1');
  });

  const odd: [string, string][] = [
    ['10 KiB', `${'1.2.3.4, '.repeat(1_100)}5.6.7.8`],
    [
      '1,000 entries',
      Array.from({ length: 1_000 }, (_, i) => `10.0.${i >> 8}.${i & 255}`).join(','),
    ],
    ['IPv6 with port', '[2001:db8::1]:1234, 2001:db8::2'],
    ['IPv6 zone', 'fe80::1%eth0'],
    ['garbage', 'unknown, _hidden, "quoted", <script>, 999.1.1.1'],
    ['empty members', ', ,,1.2.3.4,,'],
    ['high bytes', '\xff\xfe, 1.2.3.4'],
    ['empty', ''],
    ['equals and semicolons', 'for=1.2.3.4;by=x'],
  ];
  for (const [what, value] of odd) {
    test(`C08 ${what}`, async () => {
      const request = await forwarded(`X-Forwarded-For: ${value}\r\n`);
      expect(request.value('x-forwarded-for')).toMatch(/(^|, )127\.0\.0\.1$/);
    });
  }

  test('C08 odd words for scheme, host and port reach O as nothing worse than text', async () => {
    const lines =
      'X-Forwarded-Proto: javascript\r\nX-Forwarded-Host: a b"c\r\nX-Forwarded-Port: -1\r\nForwarded: for="x;y\r\n';
    const request = await forwarded(lines);
    expect(['http', 'https']).toContain(request.value('x-forwarded-proto'));
    expect(request.values('x-forwarded-proto').length).toBe(1);
    expect(request.values('x-forwarded-host').length).toBe(1);
    expect(request.values('x-forwarded-port').length).toBe(1);
  });
});
