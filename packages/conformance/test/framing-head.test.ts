/** 2.A, what the head of a request says of its body: refused, never repaired. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type InProcessRig, judge, oracle, startRig } from '../src/rig/index.ts';

let rig: InProcessRig;
beforeAll(async () => {
  rig = await startRig();
});
afterEach(() => rig.reset());
afterAll(() => rig.close());

const H = 'Host: one.test\r\n';
const POST = `POST / HTTP/1.1\r\n${H}`;
const CHUNK = '1\r\nZ\r\n0\r\n\r\n';
const SMUGGLED = `GET /smuggled HTTP/1.1\r\n${H}\r\n`;

/** Status 400, connection closed, no request at O, and the next visitor unharmed. */
function refuses(id: string, bytes: string, status: number | number[] = 400): void {
  test(`${id} ${JSON.stringify(bytes.slice(0, 160))}`, async () => {
    await oracle(rig, bytes, { status });
    expect(rig.origin.exchanges).toEqual([]);
  });
}

refuses(
  'A01 CL.TE',
  `${POST}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${SMUGGLED}`,
);
refuses(
  'A02 TE.CL',
  `${POST}Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n${SMUGGLED}`,
);
refuses(
  'A02 CL 0 with TE',
  `${POST}Content-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n${CHUNK}`,
);
refuses(
  'A02 TE.CL, names in odd case',
  `${POST}tRANSFER-eNCODING: chunked\r\ncONTENT-lENGTH: 4\r\n\r\n${CHUNK}`,
);
refuses('A04 two equal CL', `${POST}Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello`);
refuses('A04 two different CL', `${POST}Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!`);
refuses(
  'A04 three CL apart',
  `${POST}Content-Length: 5\r\nX: 1\r\ncontent-length: 5\r\nY: 1\r\nCONTENT-LENGTH: 5\r\n\r\nhello`,
);
refuses('A05 list', `${POST}Content-Length: 5, 5\r\n\r\nhello`);
refuses('A05 list', `${POST}Content-Length: 5,5\r\n\r\nhello`);

const lengths = [
  '-5',
  '+5',
  '0x5',
  '5_0',
  '',
  '5 5',
  '5\tx',
  '\x0b5',
  '1e1',
  'abc',
  '99999999999999999999',
  '18446744073709551621',
  '5.0',
  '5;',
  '5;x=1',
  '"5"',
  '5,',
  ',5',
  '\xb5',
  '5\x0c',
  '0b101',
  '4294967301x',
  'Infinity',
  '5\0',
];
for (const length of lengths) {
  refuses('A06 CL', `${POST}Content-Length: ${length}\r\n\r\nhello`);
}
for (const length of ['005', '00', '9007199254740993', '9007199254740992', '05']) {
  refuses('A07 CL', `${POST}Content-Length: ${length}\r\n\r\nhello`);
}
refuses('A07 CL on a GET', `GET / HTTP/1.1\r\n${H}Content-Length: 00\r\n\r\n`);

const codings = [
  'xchunked',
  'chunked, identity',
  'identity',
  'chunked, chunked',
  '"chunked"',
  '\x0bchunked',
  '\xa0chunked',
  'chunk',
  'gzip, chunked',
  ',chunked',
  'chunked,',
  'chunked;q=1',
  'chunked ;a',
  '',
  'gzip',
  'x-gzip',
  'deflate',
  'compress',
  'identity, chunked',
  'chunked\x0b',
  'chunked\0',
  'chun ked',
  "'chunked'",
  'chunkéd',
  'chunkedx',
  'trailers',
  'null',
  'cow',
  'chunked,\tchunked',
  'chu\tnked',
  '\x00chunked',
  '\x0cchunked',
];
for (const coding of codings) {
  refuses('A08 TE', `${POST}Transfer-Encoding: ${coding}\r\n\r\n${CHUNK}`);
}
refuses(
  'A08 two TE',
  `${POST}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n${CHUNK}`,
);
refuses(
  'A08 two TE',
  `${POST}Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n${CHUNK}`,
);
refuses(
  'A08 two TE',
  `${POST}Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n\r\n${CHUNK}`,
);
refuses('A08 folded TE', `${POST}Transfer-Encoding:\r\n chunked\r\n\r\n${CHUNK}`);
refuses('A08 folded TE', `${POST}Transfer-Encoding: chunked\r\n , identity\r\n\r\n${CHUNK}`);
refuses(
  'A08 TE.TE with CL behind',
  `${POST}Transfer-Encoding: xchunked\r\nContent-Length: 5\r\n\r\nhello`,
);
refuses('A08 TE on a GET', `GET / HTTP/1.1\r\n${H}Transfer-Encoding: identity\r\n\r\n`);
refuses('A11 TE on HTTP/1.0', `POST / HTTP/1.0\r\n${H}Transfer-Encoding: chunked\r\n\r\n${CHUNK}`);
refuses(
  'A11 TE on HTTP/1.0, kept alive',
  `POST / HTTP/1.0\r\n${H}Connection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n${CHUNK}`,
);

for (const coding of ['CHUNKED', 'ChunKed', 'chunked', '\tchunked', '  chunked']) {
  test(`A10 TE ${JSON.stringify(coding)} is chunked`, async () => {
    const bytes = `${POST}Transfer-Encoding: ${coding}\r\n\r\n${CHUNK}`;
    const { exchanges } = await oracle(rig, bytes, { status: 200, requests: 1 });
    const { request } = exchanges[0] as (typeof exchanges)[0];
    expect(request.text).toBe('Z');
    if (request.framing === 'chunked')
      expect(request.values('transfer-encoding')).toEqual(['chunked']);
    else expect(request.value('content-length')).toBe('1');
  });
}

for (const [name, rest] of [
  ['Content-Length: 5', 'hello'],
  ['Transfer-Encoding: chunked', '5\r\nhello\r\n0\r\n\r\n'],
] as const) {
  for (const blank of [' ', '\t', ' \t ']) {
    // Lawful (RFC 9110 section 5.5), so it may be read; or refused, as some Nodes' parsers do.
    test(`A09 ${name}${JSON.stringify(blank)}: read right or refused`, async () => {
      const visitor = await rig.send(`${POST}${name}${blank}\r\n\r\n${rest}`);
      const { status } = await visitor.response();
      expect([200, 400]).toContain(status);
      await judge(rig, visitor, { status, requests: status === 200 ? 1 : 0 });
      for (const { request } of rig.origin.exchanges) expect(request.text).toBe('hello');
    });
  }
}

describe('A12 shadows of framing headers', () => {
  const shadows = [
    'Transfer_Encoding: chunked',
    'transfer_encoding: chunked',
    'Transfer.Encoding: chunked',
    'Content_Length: 99',
    'CONTENT_LENGTH: 0',
    'Content.Length: 3',
  ];
  for (const shadow of shadows) {
    test(`A12 ${shadow}`, async () => {
      const bytes = `${POST}${shadow}\r\nContent-Length: 5\r\n\r\nhello`;
      const { exchanges } = await oracle(rig, bytes, { status: 200, requests: 1 });
      const { request } = exchanges[0] as (typeof exchanges)[0];
      expect(request.text).toBe('hello');
      expect(request.has(shadow.split(':')[0] as string)).toBe(false);
      expect(request.values('content-length')).toEqual(['5']);
    });
  }
});

refuses('A13 LF alone everywhere', 'GET / HTTP/1.1\nHost: one.test\n\n');
refuses('A13 LF after the request line', 'GET / HTTP/1.1\nHost: one.test\r\n\r\n');
refuses('A13 LF after one header', `GET / HTTP/1.1\r\n${H}X: 1\nY: 2\r\n\r\n`);
refuses('A13 LF ends the head', `GET / HTTP/1.1\r\n${H}X: 1\r\n\n`);
refuses('A13 LF hides a second head', `GET / HTTP/1.1\r\n${H}X: 1\n\n${SMUGGLED}`);
refuses('A14 CR alone', 'GET / HTTP/1.1\rHost: one.test\r\r');
refuses('A14 CR in the head', `GET / HTTP/1.1\r\n${H}X: 1\rY: 2\r\n\r\n`);
refuses('A15 CR LF CR X', `GET / HTTP/1.1\r\n${H}X: 1\r\n\rX: 2\r\n\r\n`);
refuses('A15 CR LF CR smuggles', `GET / HTTP/1.1\r\n${H}X: 1\r\n\r${SMUGGLED}`);
refuses('A15 CR CR LF', `GET / HTTP/1.1\r\n${H}X: 1\r\r\n\r\n`);
refuses('A16 space before the first header', 'GET / HTTP/1.1\r\n Host: one.test\r\n\r\n');
refuses('A16 tab before the first header', 'GET / HTTP/1.1\r\n\tHost: one.test\r\n\r\n');
refuses('A16 space line first', `GET / HTTP/1.1\r\n \r\n${H}\r\n`);
refuses('A17 folded line', `GET / HTTP/1.1\r\n${H}X: a\r\n b\r\n\r\n`);
refuses('A17 folded line by tab', `GET / HTTP/1.1\r\n${H}X: a\r\n\tb\r\n\r\n`);
refuses('A17 folded Host', 'GET / HTTP/1.1\r\nHost:\r\n one.test\r\n\r\n');
refuses('A17 folded CL', `${POST}Content-Length:\r\n 5\r\n\r\nhello`);
refuses('A17 folded into nothing', `GET / HTTP/1.1\r\n${H}X: a\r\n \r\n\r\n`);
refuses('A18 space before the colon', `${POST}Content-Length : 5\r\n\r\nhello`);
refuses('A18 space before the colon', 'GET / HTTP/1.1\r\nHost : one.test\r\n\r\n');
refuses('A18 space before the colon', `${POST}Transfer-Encoding : chunked\r\n\r\n${CHUNK}`);
refuses('A18 tab before the colon', `${POST}Transfer-Encoding\t: chunked\r\n\r\n${CHUNK}`);
refuses('A18 space before the colon of another', `GET / HTTP/1.1\r\n${H}X : 1\r\n\r\n`);

const lines = [
  ': v',
  'noColon',
  'X-Invalid[]: x',
  'X\x00: v',
  'X\xff: v',
  'X Y: v',
  '"X": v',
  'X(: v',
  'X/Y: v',
  'X@: v',
  'X{}: v',
  'X,Y: v',
  'X;: v',
  'X=: v',
  'X\\: v',
  '\x7fX: v',
  '\x01: v',
  ' : v',
  'X\x0b: v',
];
for (const line of lines) {
  refuses('A19 header line', `GET / HTTP/1.1\r\n${H}${line}\r\n\r\n`);
}

for (const byte of [
  '\0',
  '\x07',
  '\x7f',
  '\r',
  '\n',
  '\x01',
  '\x08',
  '\x0b',
  '\x0c',
  '\x1b',
  '\x1f',
]) {
  refuses('A20 byte in a value', `GET / HTTP/1.1\r\n${H}X: a${byte}b\r\n\r\n`);
  refuses('A20 byte that begins a value', `GET / HTTP/1.1\r\n${H}X: ${byte}b\r\n\r\n`);
  refuses('A20 byte that ends a value', `GET / HTTP/1.1\r\n${H}X: a${byte}\r\n\r\n`);
}
