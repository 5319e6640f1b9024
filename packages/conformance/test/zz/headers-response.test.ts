/** 2.C, what a visitor sees of O's headers. */
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  bytesOf,
  type HttpMessage,
  type InProcessRig,
  oracle,
  startRig,
} from './rig.ts';

let rig: InProcessRig;
beforeAll(async () => {
  rig = await startRig({ domain: 'sub.test' });
});
afterEach(() => rig.reset());
afterAll(() => rig.close());

const H = 'Host: one.sub.test\r\n';

/** O's lines with a body of five bytes, as V gets them. */
async function atVisitor(lines: string, method = 'GET'): Promise<HttpMessage> {
  rig.origin.answers(
    `HTTP/1.1 200 OK\r\nContent-Length: 5\r\n${lines}\r\n${method === 'HEAD' ? '' : 'hello'}`,
  );
  const bytes = `${method} /p HTTP/1.1\r\n${H}\r\n`;
  const { response } = await oracle(rig, bytes, { status: 200, requests: 1, methods: [method] });
  expect(response.text).toBe(method === 'HEAD' ? '' : 'hello');
  return response;
}

/** Lines but for those that the relay may write anew in another place. */
function foreign(response: HttpMessage): string[] {
  const { headers } = response;
  return headers.flatMap((name, i) =>
    i % 2 === 0 && !/^(connection|content-length|transfer-encoding|keep-alive)$/i.test(name)
      ? [`${name}: ${headers[i + 1]}`]
      : [],
  );
}

test('C02 100 Set-Cookies, two Via, two WWW-Authenticate: all, apart and in order', async () => {
  const lines = Array.from(
    { length: 100 },
    (_, i) => `${i % 2 ? 'Set-Cookie' : 'set-cookie'}: c${i}=${i}; Path=/`,
  );
  lines.splice(
    40,
    0,
    'Via: 1.1 a',
    'WWW-Authenticate: Basic realm="a"',
    'VIA: 1.1 b',
    'www-authenticate: Bearer',
  );
  expect(foreign(await atVisitor(`${lines.join('\r\n')}\r\n`))).toEqual(lines);
});

test('C01 60 lines keep order, case and number', async () => {
  const lines = Array.from({ length: 60 }, (_, i) => {
    const name = ['X-Odd', 'x-odd', 'VARY', 'Link', 'X-MiXeD', 'Cache-Control'][i % 6];
    return `${name}${i % 5 === 0 ? '' : `-${i % 7}`}: value ${i}`;
  });
  expect(foreign(await atVisitor(`${lines.join('\r\n')}\r\n`))).toEqual(lines);
});

test('C33 no Date, Server, ETag or X-Powered-By is added', async () => {
  expect(foreign(await atVisitor(''))).toEqual([]);
});

test('C34 HEAD has the same head as GET', async () => {
  const lines = 'X-A: 1\r\nSet-Cookie: a=b\r\nETag: "x"\r\nx-a: 2\r\n';
  const head = await atVisitor(lines, 'HEAD');
  expect(foreign(head)).toEqual(['X-A: 1', 'Set-Cookie: a=b', 'ETag: "x"', 'x-a: 2']);
  expect(head.value('content-length')).toBe('5');
});

test('C10 names of the relay itself are not taken from O', async () => {
  const response = await atVisitor('X-Sellia-Hops: 1\r\nx-sellia-error: x\r\nX-Stays: 1\r\n');
  expect(foreign(response)).toEqual(['X-Stays: 1']);
});

test('C18 bytes above 0x7f arrive as they are', async () => {
  const high = Array.from({ length: 128 }, (_, i) => String.fromCharCode(128 + i)).join('');
  const response = await atVisitor(`X-High: ${high}\r\nX-Utf8: caf\xc3\xa9\r\n`);
  expect(bytesOf(response.value('x-high') ?? '')).toEqual(bytesOf(high));
  expect(response.value('x-utf8')).toBe('caf\xc3\xa9');
});

test('C19 names of object members', async () => {
  const lines = [
    '__proto__: 1',
    'constructor: 2',
    'toString: 3',
    '__proto__: 4',
    'hasOwnProperty: 5',
    'then: 6',
    '7: 8',
  ];
  expect(foreign(await atVisitor(`${lines.join('\r\n')}\r\n`))).toEqual(lines);
});

describe('C22 encoded and partial bodies pass byte for byte', () => {
  test('C22 gzip', async () => {
    const body = gzipSync('hello '.repeat(10_000));
    const head = `HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ${body.length}\r\nETag: W/"a"\r\nVary: Accept-Encoding\r\n\r\n`;
    rig.origin.answers(Buffer.concat([bytesOf(head), body]));
    const { response } = await oracle(rig, `GET / HTTP/1.1\r\n${H}Accept-Encoding: gzip\r\n\r\n`, {
      status: 200,
      requests: 1,
    });
    expect(response.body.equals(body)).toBe(true);
    expect(foreign(response)).toEqual([
      'Content-Encoding: gzip',
      'ETag: W/"a"',
      'Vary: Accept-Encoding',
    ]);
    expect(response.value('content-length')).toBe(String(body.length));
    expect(rig.origin.exchanges[0]?.request.value('accept-encoding')).toBe('gzip');
  });

  test('C22 what says gzip and is none', async () => {
    expect((await atVisitor('Content-Encoding: gzip\r\n')).value('content-encoding')).toBe('gzip');
  });

  test('C22 a range', async () => {
    rig.origin.answers(
      'HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 5-9/20\r\nContent-Length: 5\r\nAccept-Ranges: bytes\r\n\r\n56789',
    );
    const { response } = await oracle(
      rig,
      `GET / HTTP/1.1\r\n${H}Range: bytes=5-9\r\nIf-Range: "x"\r\n\r\n`,
      { status: 206, requests: 1 },
    );
    expect(response.text).toBe('56789');
    expect(foreign(response)).toEqual(['Content-Range: bytes 5-9/20', 'Accept-Ranges: bytes']);
    expect(rig.origin.exchanges[0]?.request.value('range')).toBe('bytes=5-9');
    expect(rig.origin.exchanges[0]?.request.value('if-range')).toBe('"x"');
  });

  test('C22 multipart/byteranges and 416', async () => {
    rig.origin.answers(
      'HTTP/1.1 416 Range Not Satisfiable\r\nContent-Range: bytes */20\r\nContent-Length: 0\r\n\r\n',
    );
    const { response } = await oracle(rig, `GET / HTTP/1.1\r\n${H}\r\n`, {
      status: 416,
      requests: 1,
      closes: false,
    });
    expect(response.value('content-range')).toBe('bytes */20');
  });
});

test('C24 Connection cannot delete what counts', async () => {
  const response = await atVisitor(
    'Connection: close, Set-Cookie, Content-Length, X-Hop, Content-Type, Date\r\nSet-Cookie: a=b\r\nX-Hop: 1\r\nContent-Type: text/plain\r\nDate: now\r\n',
  );
  expect(foreign(response)).toEqual(['Set-Cookie: a=b', 'Content-Type: text/plain', 'Date: now']);
  expect(response.value('content-length')).toBe('5');
});

test("C24 Connection: close of O is not the visitor's affair", async () => {
  rig.origin.answers('HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok', 'end');
  const visitor = await rig.send(`GET /1 HTTP/1.1\r\n${H}\r\n`);
  const response = await visitor.response();
  expect(response.value('connection')?.toLowerCase()).not.toBe('close');
  visitor.send(`GET /2 HTTP/1.1\r\n${H}\r\n`);
  expect((await visitor.responses(2))[1]?.text).toBe('ok');
});

test('C25 what belongs to one link or to another origin is stripped', async () => {
  const lines =
    'Alt-Svc: h3="evil:443"\r\nProxy-Authenticate: Basic\r\nKeep-Alive: timeout=99\r\nUpgrade: h2c\r\n' +
    'Proxy-Connection: x\r\nTE: x\r\nTrailer: X\r\nalt-svc: clear\r\nX-Stays: 1\r\nProxy-Authentication-Info: x\r\n';
  const response = await atVisitor(lines);
  expect(foreign(response).filter((line) => !/^trailer/i.test(line))).toEqual(['X-Stays: 1']);
  expect(response.value('keep-alive') ?? '').not.toContain('99');
});

describe("C26 Set-Cookie with a Domain at or above the relay's", () => {
  const above = [
    'sub.test',
    'SUB.TEST',
    '.sub.test',
    'test',
    '.test',
    'Test',
    ' sub.test ',
    'sub.test.',
    '.Sub.Test',
  ];
  for (const domain of above) {
    for (const name of ['Domain', 'domain', 'DOMAIN']) {
      test(`C26 ${name}=${domain} is taken off`, async () => {
        const response = await atVisitor(
          `Set-Cookie: a=b; Path=/; ${name}=${domain}; HttpOnly\r\n`,
        );
        const [cookie] = response.values('set-cookie');
        expect(cookie).toBeDefined();
        expect(cookie).not.toMatch(/domain/i);
        expect(cookie).toMatch(/^a=b; ?Path=\/; ?HttpOnly$/);
      });
    }
  }

  const untouched = [
    'a=b; Domain=one.sub.test',
    'a=b; Domain=.one.sub.test; Secure',
    'a=b;Domain=x.one.sub.test',
    'a=b',
    'a=Domain=sub.test',
    'Domain=sub.test',
    'a=b; XDomain=sub.test',
    'a=b; Domain=other.example',
    'a=b; Domain=',
    'a=b; Path=/; SameSite=None;Secure ;  HttpOnly',
    '',
    'a="x; y"',
    'a=b; Domain',
  ];
  for (const cookie of untouched) {
    test(`C26 ${JSON.stringify(cookie)} stays as it is`, async () => {
      const response = await atVisitor(`Set-Cookie: ${cookie}\r\n`);
      expect(response.values('set-cookie')).toEqual([cookie]);
    });
  }

  test('C26 the last Domain counts for a browser: all of them go', async () => {
    const response = await atVisitor(
      'Set-Cookie: a=b; Domain=one.sub.test; Domain=sub.test\r\nSet-Cookie: c=d; domain=test;domain=sub.test;x\r\n',
    );
    const cookies = response.values('set-cookie');
    expect(cookies.length).toBe(2);
    for (const cookie of cookies) expect(cookie).not.toMatch(/domain=(sub\.)?test/i);
  });
});

describe('C35 trailers of a response', () => {
  const answer =
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n5\r\nhello\r\n0\r\nX-Sum: abc\r\nX-Two: 2\r\n\r\n';

  test('C35 reach a visitor that takes them, as trailers', async () => {
    rig.origin.answers(answer);
    const bytes = `GET / HTTP/1.1\r\n${H}TE: trailers\r\nConnection: TE\r\n\r\n`;
    const { response } = await oracle(rig, bytes, { status: 200, requests: 1 });
    expect(response.trailers).toEqual(['X-Sum', 'abc', 'X-Two', '2']);
    expect(response.has('x-sum')).toBe(false);
  });

  test('C35 do not reach one that did not ask', async () => {
    rig.origin.answers(answer);
    const { response } = await oracle(rig, `GET / HTTP/1.1\r\n${H}\r\n`, {
      status: 200,
      requests: 1,
    });
    expect(response.text).toBe('hello');
    expect(response.trailers).toEqual([]);
  });

  const forbidden = [
    'Set-Cookie: a=b',
    'Content-Length: 9',
    'Transfer-Encoding: chunked',
    'Content-Type: x',
    'Connection: close',
    'X-Sellia-X: 1',
    'Host: x',
  ];
  for (const line of forbidden) {
    test(`C35 ${line} never reaches the visitor`, async () => {
      rig.origin.answers(
        `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n${line}\r\n\r\n`,
      );
      const visitor = await rig.send(
        `GET / HTTP/1.1\r\n${H}TE: trailers\r\nConnection: TE\r\n\r\n`,
      );
      const head = await visitor.head();
      if (head.status === 200 && !line.startsWith('Content-Length')) await visitor.response();
      else if (head.status === 200)
        await visitor.when(() => head.isComplete || head.isAborted, 'an end');
      expect(head.trailers).toEqual([]);
      const [name = '', value] = line.split(': ');
      if (name !== 'Transfer-Encoding') expect(head.values(name)).not.toContain(value);
      expect(visitor.reader.badness).toBeUndefined();
      await rig.canary();
    });
  }
});
