/** 2.A, request lines: versions, methods, other protocols. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type InProcessRig, oracle, startRig } from '../src/rig/index.ts';

let rig: InProcessRig;
beforeAll(async () => {
  rig = await startRig();
});
afterEach(() => rig.reset());
afterAll(() => rig.close());

const H = 'Host: one.test\r\n';

function refuses(id: string, bytes: string, status: number | number[] = 400): void {
  test(`${id} ${JSON.stringify(bytes.slice(0, 120))}`, async () => {
    await oracle(rig, bytes, { status });
    expect(rig.origin.exchanges).toEqual([]);
  });
}

for (const version of ['HTTP/1.2', 'HTTP/9.9', 'HTTP/0.9', 'HTTP/2.0', 'HTTP/3.0']) {
  refuses('A43 version', `GET / ${version}\r\n${H}\r\n`, version === 'HTTP/2.0' ? 505 : [400, 505]);
}
const versions = [
  'HTTP/01.1',
  'http/1.1',
  'HTTP/1.1x',
  'HTTP/1',
  'HTTP/1.',
  'HTTP/.1',
  'HTTP/1,1',
  'HTTP 1.1',
  'HTTPS/1.1',
  'HTTP/1.10',
  'HTTP/1.1 x',
  'HTTP/-1.1',
  'HTTP/+1.1',
  'HTTP/1\x2e\x00',
  'XHTTP/1.1',
  'Http/1.1',
  'HTTP/ 1.1',
  'HTTP /1.1',
  'HTTP/1.1\0',
  'ICE/1.0',
  '',
];
refuses('C12 PROXY v1', `PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\nGET / HTTP/1.1\r\n${H}\r\n`);
refuses(
  'C12 PROXY v2',
  `\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c${'\x01'.repeat(12)}GET / HTTP/1.1\r\n${H}\r\n`,
);
for (const version of versions) refuses('A43 version', `GET / ${version}\r\n${H}\r\n`, [400, 505]);
refuses('A44 HTTP/0.9 with more', `GET /\r\n${H}\r\n`, [400, 505]);
refuses('A44 no target', `GET HTTP/1.1\r\n${H}\r\n`);
refuses('A44 no method', `/ HTTP/1.1\r\n${H}\r\n`);
refuses('A44 leading space', ` GET / HTTP/1.1\r\n${H}\r\n`);
refuses('A44 tab for space', `GET\t/ HTTP/1.1\r\n${H}\r\n`);
refuses('A44 tab for space', `GET /\tHTTP/1.1\r\n${H}\r\n`);
refuses('A44 vertical tab', `GET\x0b/ HTTP/1.1\r\n${H}\r\n`);
refuses('A44 space in the target', `GET /a b HTTP/1.1\r\n${H}\r\n`);
refuses('A44 a version in the target', `GET / HTTP/1.1 HTTP/1.1\r\n${H}\r\n`, [400, 505]);
refuses('A44 CR in the line', `GET /\rHTTP/1.1\r\n${H}\r\n`);
refuses('A44 NUL in the target', `GET /\0 HTTP/1.1\r\n${H}\r\n`);
refuses('A44 NUL in the method', `G\0ET / HTTP/1.1\r\n${H}\r\n`);
refuses('A44 empty method', ` / HTTP/1.1\r\n${H}\r\n`);
refuses('A44 colon in the method', `GET: / HTTP/1.1\r\n${H}\r\n`);
refuses('A44 a response', `HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n`);

const hello = Buffer.from(
  '16030100c8010000c40303000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20e0e1e2e3',
  'hex',
).toString('latin1');
refuses('A48 HTTP/2 preface', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', [400, 505]);
refuses(
  'A48 HTTP/2 preface and SETTINGS',
  'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0',
  [400, 505],
);
refuses('A48 TLS hello', hello);
refuses('A48 SSH', 'SSH-2.0-OpenSSH_9.9\r\n');
refuses('A48 SMTP', 'EHLO evil\r\n');
refuses('A48 PROXY v1', `PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\nGET / HTTP/1.1\r\n${H}\r\n`);
refuses(
  'A48 PROXY v2',
  '\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\x01\x02\x03\x04\x05\x06\x07\x08\0\x50\0\x51',
);
refuses('A48 NULs', '\0'.repeat(100));

test('A48 64 KiB of noise', async () => {
  let seed = 0x5e111a;
  const noise = Buffer.from(
    Array.from({ length: 64 * 1024 }, () => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
      return (seed >> 16) & 0xff;
    }),
  );
  const visitor = await rig.send(noise);
  await visitor.closed();
  for (const { status } of visitor.messages) expect(status).toBe(400);
  expect(rig.origin.exchanges).toEqual([]);
  await rig.canary();
});

refuses('A49 lower-case method', `get / HTTP/1.1\r\n${H}\r\n`);
refuses('A49 mixed-case method', `Get / HTTP/1.1\r\n${H}\r\n`);
refuses('A49 unknown method', `FOO / HTTP/1.1\r\n${H}\r\n`, [400, 501]);
refuses('A49 method of 64 letters', `${'A'.repeat(64)} / HTTP/1.1\r\n${H}\r\n`, [400, 501]);
refuses('A49 method with a known beginning', `GETX / HTTP/1.1\r\n${H}\r\n`, [400, 501]);
refuses(
  'A49 method of 16 KiB',
  `${'A'.repeat(16_384)} / HTTP/1.1\r\n${H}\r\n`,
  [400, 414, 431, 501],
);

refuses('A50 TRACE', `TRACE / HTTP/1.1\r\n${H}\r\n`, 405);
refuses('A50 TRACE with a body', `TRACE / HTTP/1.1\r\n${H}Content-Length: 5\r\n\r\nhello`, 405);
refuses('A50 CONNECT', `CONNECT one.test:80 HTTP/1.1\r\n${H}\r\n`, 405);
refuses('A50 CONNECT elsewhere', `CONNECT 127.0.0.1:22 HTTP/1.1\r\n${H}\r\n`, 405);
refuses(
  'A50 CONNECT with bytes behind',
  `CONNECT one.test:80 HTTP/1.1\r\nHost: one.test:80\r\n\r\nGET /x HTTP/1.1\r\n${H}\r\n`,
  405,
);
refuses('A50 CONNECT with a path', `CONNECT /x HTTP/1.1\r\n${H}\r\n`, [400, 405]);

test('A51 a double space in the request line does not reach O', async () => {
  const visitor = await rig.send(`GET  /two HTTP/1.1\r\n${H}\r\n`);
  const response = await visitor.response();
  expect([200, 400]).toContain(response.status);
  // The origin's reader takes one space only: a request there was written anew.
  for (const { request } of rig.origin.exchanges)
    expect(request.startLine).toBe('GET /two HTTP/1.1');
  await rig.canary();
});

test('A44 HTTP/0.9 gets no page, and 408 in time', async () => {
  const hasty = await startRig({ relayOptions: { limits: { headMs: 300 } } });
  try {
    for (const bytes of ['GET /\r\n', 'GET /', `GET / HTTP/1.1\r\n${H}`]) {
      const visitor = await hasty.send(bytes);
      const { status } = await visitor.response();
      expect(status).toBe(408);
      await visitor.closed();
    }
    expect(hasty.origin.exchanges).toEqual([]);
  } finally {
    await hasty.close();
  }
});

test('A43 RTSP/1.0, which the parser takes for HTTP/1.0, is HTTP/1.1 at O', async () => {
  const visitor = await rig.send(`GET /r RTSP/1.0\r\n${H}\r\n`);
  expect([200, 400, 505]).toContain((await visitor.response()).status);
  await visitor.closed();
  for (const { request } of rig.origin.exchanges) expect(request.startLine).toBe('GET /r HTTP/1.1');
  await rig.canary();
});

const forwarded = [
  'QUERY',
  'PROPFIND',
  'REPORT',
  'M-SEARCH',
  'PURGE',
  'LINK',
  'MKCOL',
  'SEARCH',
  'PATCH',
];
for (const method of forwarded) {
  test(`A52 ${method} with a body is forwarded`, async () => {
    const bytes = `${method} /q HTTP/1.1\r\n${H}Content-Length: 5\r\n\r\nhello`;
    const { response } = await oracle(rig, bytes, { status: 200, requests: 1 });
    expect(response.text).toBe(`${method} /q\nhello`);
  });
}

test('A53 an HTTP/1.0 visitor gets a body without chunks, and the end of the connection', async () => {
  rig.origin.script = (exchange) => {
    exchange.send('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n');
  };
  const visitor = await rig.send(`GET / HTTP/1.0\r\n${H}\r\n`);
  expect(await visitor.closed()).toBe('fin');
  const [message] = visitor.messages;
  expect(message?.has('transfer-encoding')).toBe(false);
  expect(message).toMatchObject({ text: 'hello', isComplete: true });
});

test('A53 an HTTP/1.0 visitor that asks to keep the connection', async () => {
  const head = `GET /1 HTTP/1.0\r\n${H}Connection: keep-alive\r\n\r\n`;
  const visitor = await rig.send(head);
  const response = await visitor.response();
  expect(response.text).toBe('GET /1\n');
  if (response.value('connection')?.toLowerCase() === 'keep-alive') {
    visitor.send(head.replace('/1', '/2'));
    expect((await visitor.responses(2))[1]?.text).toBe('GET /2\n');
  } else {
    await visitor.closed();
  }
});
