import { request } from 'node:http';
import { type HeaderLines, headerValue } from '@sellia/protocol';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Http1Parser } from '../src/http1-parser.ts';
import { checkInterim, checkResponse, isBad } from '../src/response-head.ts';
import { UpstreamError } from '../src/upstream-failure.ts';
import { guarded, RawUpstream } from './rig.ts';

const HEAD_MAX = 16 * 1024;

/** What a parser made of some bytes. */
interface Reading {
  interims: number[];
  status: number;
  reason: string;
  headers: HeaderLines;
  body: string;
  trailers: HeaderLines | undefined;
  error: string | undefined;
  isReusable: boolean;
}

/** Feeds `bytes` in pieces of the given lengths (then the rest), and the end if `closes`. */
function read(bytes: Buffer, pieces: readonly number[], method = 'GET', closes = true): Reading {
  const reading: Reading = {
    interims: [],
    status: 0,
    reason: '',
    headers: [],
    body: '',
    trailers: undefined,
    error: undefined,
    isReusable: false,
  };
  const parser: Http1Parser = new Http1Parser(
    {
      onInterim: (status, reason, headers) => {
        reading.interims.push(status);
        judge(checkInterim(status, reason, headers));
      },
      onResponse: (status, reason, headers) => {
        Object.assign(reading, { status, reason, headers });
        judge(checkResponse(method, status, reason, headers));
      },
      onBody: (chunk) => {
        reading.body += Buffer.from(chunk).toString('latin1');
      },
      onComplete: (trailers) => {
        reading.trailers = trailers;
      },
      onSwitched: () => {},
    },
    HEAD_MAX,
  );
  // As the download does, which lets go of what is malformed.
  const judge = (head: ReturnType<typeof checkResponse>) => {
    if (!isBad(head)) return;
    reading.error = head.code;
    parser.stop();
  };
  parser.expect(method, false);
  try {
    let at = 0;
    for (const length of [...pieces, bytes.length]) {
      // The parser owns what it gets and moves bytes about in it.
      if (at < bytes.length) parser.receive(Buffer.from(bytes.subarray(at, at + length)));
      at += length;
    }
    reading.isReusable = parser.isReusable;
    const error = closes && reading.trailers === undefined ? parser.end() : undefined;
    if (error !== undefined) reading.error ??= error.code;
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    reading.error ??= error.code;
  }
  return reading;
}

function parse(text: string, method = 'GET'): Reading {
  return read(Buffer.from(text, 'latin1'), [], method);
}

describe('the response parser', () => {
  it.each([
    ['HTTP/1.1 200 OK', 200, 'OK'],
    ['HTTP/1.1 200 ', 200, ''],
    ['HTTP/1.1 200', 200, ''],
    ['HTTP/1.0 404 Not  Found ', 404, 'Not  Found '],
  ])('reads the status line "%s"', (line, status, reason) => {
    expect(parse(`${line}\r\n\r\n`)).toMatchObject({ status, reason, error: undefined });
  });

  it.each([
    'HTTP/1.1  200 OK',
    'HTTP/2.0 200 OK',
    'HTTP/1.2 200 OK',
    'http/1.1 200 OK',
    'HTTP/1.1 20 OK',
    'HTTP/1.1 2000 OK',
    'HTTP/1.1 200OK',
    'HTTP/1.1 +20 OK',
    '\r\nHTTP/1.1 200 OK',
    'HTTP/1.1 200 OK\n',
    'ICY 200 OK',
    '',
  ])('refuses the status line "%s"', (line) => {
    expect(parse(`${line}\r\n\r\n`).error).toBe('SELLIA_UPSTREAM_INVALID');
  });

  it('trims blanks around values, and nothing else', () => {
    const { headers } = parse('HTTP/1.1 200 OK\r\nA: \t b  c \t\r\nB:\r\nC:d\r\n\r\n');
    expect(headers).toEqual(['A', 'b  c', 'B', '', 'C', 'd']);
  });

  it.each([
    ['5\r\nhello\r\n0\r\n\r\n', 'hello', []],
    ['5;a=b\r\nhello\r\n0;x\r\n\r\n', 'hello', []],
    ['00005\r\nhello\r\n000\r\n\r\n', 'hello', []],
    ['A\r\n0123456789\r\na\r\n0123456789\r\n0\r\n\r\n', '01234567890123456789', []],
    ['0\r\n\r\n', '', []],
    ['1\r\nx\r\n0\r\nA: b\r\nC: d\r\n\r\n', 'x', ['A', 'b', 'C', 'd']],
  ])('reads the chunks %j', (chunks, body, trailers) => {
    const text = `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}`;
    expect(parse(text)).toMatchObject({ body, trailers, error: undefined, isReusable: true });
  });

  it.each([
    '5\nhello\r\n0\r\n\r\n',
    '5\r\nhello\n0\r\n\r\n',
    '5\r\nhelloX\r\n0\r\n\r\n',
    '5\r\nhell\r\n0\r\n\r\n',
    'x\r\n',
    '\r\n',
    '-1\r\n',
    '+5\r\nhello\r\n',
    '0x5\r\nhello\r\n',
    ' 5\r\nhello\r\n',
    '5 \r\nhello\r\n',
    ';x\r\n',
    '5;a\nb\r\nhello\r\n',
    '5;a\rb\r\nhello\r\n',
    '5;\0\r\nhello\r\n',
    '5\rhello',
    'FFFFFFFFFFFFFFFF\r\n',
    '00000000000000000000005\r\nhello\r\n',
    `5;${'x'.repeat(5_000)}\r\nhello\r\n`,
    '0\r\nA\r\n\r\n',
    '0\r\nA : b\r\n\r\n',
    '0\r\nA: \0\r\n\r\n',
  ])('refuses the chunks %j', (chunks) => {
    const text = `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}`;
    expect(parse(text).error).toBe('SELLIA_UPSTREAM_INVALID');
  });

  it('bounds heads and trailers, exactly', () => {
    const line = 'HTTP/1.1 204 X\r\nA: ';
    const fits = `${line}${'a'.repeat(HEAD_MAX - line.length)}\r\n\r\n`;
    const pieces = Array.from({ length: 40 }, () => 500);
    expect(parse(fits).error).toBeUndefined();
    expect(read(Buffer.from(fits), pieces).error).toBeUndefined();
    const over = `${line}${'a'.repeat(HEAD_MAX + 1 - line.length)}\r\n\r\n`;
    expect(parse(over).error).toBe('SELLIA_UPSTREAM_HEAD_TOO_LARGE');
    expect(read(Buffer.from(over), pieces).error).toBe('SELLIA_UPSTREAM_HEAD_TOO_LARGE');
    const trailing = `HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA: ${'a'.repeat(HEAD_MAX)}\r\n\r\n`;
    expect(read(Buffer.from(trailing), pieces).error).toBe('SELLIA_UPSTREAM_HEAD_TOO_LARGE');
  });

  it.each([
    ['HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok', true],
    ['HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokX', false],
    ['HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: foo, Close\r\n\r\nok', false],
    ['HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok', false],
    ['HTTP/1.0 200 OK\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nok', true],
    [
      'HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: keep-alive\r\n\r\n0\r\n\r\n',
      false,
    ],
    ['HTTP/1.1 204 OK\r\n\r\n', true],
    ['HTTP/1.1 204 OK\r\nContent-Length: 5\r\n\r\n', false],
    ['HTTP/1.1 304 OK\r\nContent-Length: 0\r\n\r\n', true],
    ['HTTP/1.1 200 OK\r\n\r\n', false],
  ])('judges whether the connection may serve again: %j', (text, isReusable) => {
    const reading = read(Buffer.from(text), [], 'GET', false);
    expect(reading.error).toBeUndefined();
    expect(reading.isReusable).toBe(isReusable);
  });
});

const token = fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,11}$/);
const value = fc.stringMatching(/^([!-~][ -~]{0,20}[!-~])?$/);
const bodyBytes = fc
  .uint8Array({ maxLength: 300 })
  .map((bytes) => Buffer.from(bytes).toString('latin1'));
const lines = fc.array(fc.tuple(token, value), { maxLength: 6 }).map((all) =>
  all
    .filter(([name]) => !/^(content-length|transfer-encoding|connection|keep-alive)$/i.test(name))
    .map(([name, text]) => `${name}: ${text}\r\n`)
    .join(''),
);
const chunked = fc.array(bodyBytes, { maxLength: 6 }).map((chunks) =>
  chunks
    .filter((chunk) => chunk !== '')
    .map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`)
    .join(''),
);
/** A whole valid response. */
const response = fc.oneof(
  fc
    .tuple(lines, bodyBytes)
    .map(
      ([head, body]) => `HTTP/1.1 200 OK\r\n${head}Content-Length: ${body.length}\r\n\r\n${body}`,
    ),
  fc
    .tuple(lines, chunked, lines)
    .map(
      ([head, body, trailers]) =>
        `HTTP/1.1 200 OK\r\n${head}Transfer-Encoding: chunked\r\n\r\n${body}0\r\n${trailers}\r\n`,
    ),
  fc.tuple(lines, bodyBytes).map(([head, body]) => `HTTP/1.1 200 OK\r\n${head}\r\n${body}`),
  lines.map((head) => `HTTP/1.1 103 Early\r\n${head}\r\nHTTP/1.1 204 None\r\n${head}\r\n`),
);
const pieces = fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 60 });
/** What breaks parsers: one small change at any place. */
const change = fc.record({
  place: fc.nat(),
  length: fc.integer({ min: 0, max: 2 }),
  insert: fc.constantFrom(
    '',
    '\r\n',
    '\r',
    '\n',
    '\0',
    ':',
    ' ',
    '\t',
    '0',
    '\xff',
    'Content-Length: 3\r\n',
  ),
});

function changed(
  text: string,
  { place, length, insert }: { place: number; length: number; insert: string },
) {
  const at = place % (text.length + 1);
  return text.slice(0, at) + insert + text.slice(at + length);
}

describe('the response parser, whatever comes', () => {
  it('reads the same however the bytes are cut', () => {
    fc.assert(
      fc.property(response, fc.option(change), pieces, (text, edit, cuts) => {
        const bytes = Buffer.from(edit === null ? text : changed(text, edit), 'latin1');
        const whole = read(bytes, []);
        const cut = read(bytes, cuts);
        const bytewise = read(
          bytes,
          Array.from(bytes, () => 1),
        );
        expect(cut).toEqual({ ...whole, isReusable: cut.isReusable });
        expect(bytewise).toEqual({ ...whole, isReusable: bytewise.isReusable });
        if (edit === null) expect(whole.error).toBeUndefined();
      }),
      { numRuns: 2_000 },
    );
  });

  it('never throws anything but UpstreamError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), pieces, (bytes, cuts) => {
        read(Buffer.concat([Buffer.from('HTTP/1.1 200 OK\r\n'), bytes]), cuts);
        read(Buffer.from(bytes), cuts);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('the response parser beside that of node', () => {
  let bytes = Buffer.alloc(0);
  const raw = new RawUpstream((socket) => socket.end(bytes));
  let port = 0;
  beforeAll(async () => {
    port = await raw.listen();
  });
  afterAll(() => raw.close());

  /** What node:http makes of `bytes`; undefined for an error. */
  function ask(): Promise<Partial<Reading> | undefined> {
    return guarded(
      new Promise((resolve) => {
        const asked = request({ port, host: '127.0.0.1', agent: false });
        asked.on('error', () => resolve(undefined));
        asked.on('response', (answer) => {
          let body = '';
          answer.setEncoding('latin1');
          answer.on('data', (chunk: string) => {
            body += chunk;
          });
          answer.on('error', () => resolve(undefined));
          answer.on('end', () => {
            resolve({
              status: answer.statusCode ?? 0,
              reason: answer.statusMessage ?? '',
              headers: answer.rawHeaders,
              body,
            });
          });
        });
        asked.end();
      }),
      'an answer of node',
    );
  }

  it('accepts nothing that node refuses or reads otherwise', async () => {
    await fc.assert(
      fc.asyncProperty(response, change, async (text, edit) => {
        // Node does not take a tab behind a transfer coding for white space (RFC 9110 5.6.3).
        fc.pre(edit.insert !== '\t');
        bytes = Buffer.from(changed(text, edit), 'latin1');
        const ours = read(bytes, []);
        // Bytes behind the end are the connection's business: ours drops it, node raises an error.
        if (ours.error !== undefined || !(ours.isReusable || ours.trailers === undefined)) return;
        // Node refuses framing fields in trailers; here they are read and go no further.
        if (headerValue(ours.trailers ?? [], 'content-length') !== undefined) return;
        const { status, reason, headers, body } = ours;
        expect(await ask()).toEqual({ status, reason, headers, body });
      }),
      { numRuns: 300 },
    );
  });
});
