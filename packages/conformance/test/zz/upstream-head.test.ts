/** 2.E, response heads of a broken or hostile upstream: 502 and nothing of them at the visitor. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type HttpMessage, type InProcessRig, oracle, shown, startRig } from './rig.ts';

let rig: InProcessRig;
beforeAll(async () => {
  rig = await startRig();
});
afterEach(() => rig.reset());
afterAll(() => rig.close());

const H = 'Host: one.test\r\n';
/** Two adapters lead to the upstream: one takes what has no body, the other all else. */
const requests: [string, string][] = [
  ['GET', `GET /p HTTP/1.1\r\n${H}\r\n`],
  ['POST', `POST /p HTTP/1.1\r\n${H}Content-Length: 5\r\n\r\nhello`],
];

/** What O says gives 502 from the relay, whichever way the request went. */
function spoils(id: string, answer: string, then: 'keep' | 'end' | 'reset' = 'keep'): void {
  for (const [method, bytes] of requests) {
    test(`${id} ${method}: ${shown(answer, 110)}`, async () => {
      rig.origin.answers(answer, then);
      const visitor = await rig.send(bytes);
      const response = await visitor.response();
      expect(response.status).toBe(502);
      expect(visitor.received.toString('latin1')).not.toMatch(/poison|evil|hello/i);
      await rig.canary();
      // The connection that misbehaved serves nobody again.
      const { connection } = await rig.origin.exchange();
      await connection.gone();
      await rig.settled();
    });
  }
}

/** What V gets of an odd but lawful answer. */
function passes(
  id: string,
  answer: string,
  check: (response: HttpMessage) => void,
  then: 'keep' | 'end' = 'keep',
): void {
  for (const [method, bytes] of requests) {
    test(`${id} ${method}: ${shown(answer, 110)}`, async () => {
      rig.origin.answers(answer, then);
      const { response } = await oracle(rig, bytes, { status: 200, requests: 1 });
      check(response);
    });
  }
}

const OK = 'HTTP/1.1 200 OK\r\n';

spoils('E01 two equal CL', `${OK}Content-Length: 6\r\nContent-Length: 6\r\n\r\npoison`);
spoils('E01 two different CL', `${OK}Content-Length: 6\r\nContent-Length: 0\r\n\r\npoison`);
for (const length of [
  'abc',
  '+5',
  '-1',
  '0x5',
  '5,5',
  '5, 5',
  '',
  '5 5',
  '1e1',
  '006',
  '5_0',
  '9007199254740993',
  '99999999999999999999',
  '5;',
  '\x0b5',
  '5.0',
]) {
  spoils('E01 CL', `${OK}Content-Length: ${length}\r\n\r\npoison`);
}
spoils(
  'E02 CL and TE',
  `${OK}Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n6\r\npoison\r\n0\r\n\r\n`,
);
spoils(
  'E02 TE and CL',
  `${OK}Transfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n6\r\npoison\r\n0\r\n\r\n`,
);
for (const coding of [
  'gzip',
  'identity',
  'gzip, chunked',
  'chunked, chunked',
  'xchunked',
  '"chunked"',
  'chunked, identity',
  '',
  ',chunked',
  '\x0bchunked',
  'chunked;q=1',
]) {
  spoils('E03 TE', `${OK}Transfer-Encoding: ${coding}\r\n\r\n6\r\npoison\r\n0\r\n\r\n`, 'end');
}
spoils(
  'E03 two TE',
  `${OK}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n6\r\npoison\r\n0\r\n\r\n`,
);
spoils('E08 FIN before any byte', '', 'end');
spoils('E08 RST before any byte', '', 'reset');
spoils('E08 FIN in the head', `${OK}X: poi`, 'end');
spoils('E08 FIN in the status line', 'HTTP/1.1 2', 'end');
spoils('E08 RST in the head', `${OK}X: poi`, 'reset');
spoils('E12 FIN after a 103', 'HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n', 'end');
spoils('E12 FIN after a 100', 'HTTP/1.1 100 Continue\r\n\r\n', 'end');
spoils(
  'E13 101 unasked',
  'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\npoison',
);
spoils('E13 101 unasked and bare', 'HTTP/1.1 101 Switching Protocols\r\n\r\npoison');
spoils(
  'E13 101 to h2c',
  'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n',
);

describe('E16 too much head', () => {
  spoils('E16 20 KiB', `${OK}X: ${'a'.repeat(20 * 1024)}\r\nContent-Length: 6\r\n\r\npoison`);
  spoils('E16 2,100 lines', `${OK}${'a:b\r\n'.repeat(2_100)}Content-Length: 6\r\n\r\npoison`);
  spoils(
    'E16 70 KiB of lines',
    `${OK}${`X: ${'a'.repeat(1_000)}\r\n`.repeat(70)}Content-Length: 6\r\n\r\npoison`,
  );
  spoils(
    'E26 Set-Cookie of 64 KiB',
    `${OK}Set-Cookie: a=${'b'.repeat(64 * 1024)}\r\nContent-Length: 6\r\n\r\npoison`,
  );
  spoils(
    'E16 a reason of 20 KiB',
    `HTTP/1.1 200 ${'a'.repeat(20 * 1024)}\r\nContent-Length: 6\r\n\r\npoison`,
  );

  for (const [method, bytes] of requests) {
    test(`E16 ${method}: a head without an end`, async () => {
      let sent = 0;
      rig.origin.script = async (exchange) => {
        await exchange.whole();
        exchange.send(OK);
        const { socket } = exchange.connection;
        while (!socket.destroyed && sent < 64 * 1024 * 1024) {
          const piece = `X: ${'a'.repeat(60_000)}\r\n`;
          sent += piece.length;
          if (!exchange.send(piece)) {
            await Promise.race([
              new Promise((resolve) => socket.once('drain', resolve)),
              new Promise((resolve) => socket.once('close', resolve)),
            ]);
          }
        }
      };
      const visitor = await rig.send(bytes);
      expect((await visitor.response()).status).toBe(502);
      await rig.canary();
      expect(sent).toBeLessThan(16 * 1024 * 1024);
    });
  }
});

const broken = [
  'X: a\0b',
  'X: a\nb',
  'X: a\rb',
  'X: a\r\n b',
  'X : a',
  'X',
  ': a',
  'X Y: a',
  'X\x01: a',
  'X: \x7f',
  'X: \x08',
  'X: \x1b[2J',
  '\xff: a',
  'X[]: a',
  ' X: a',
  'X: a\r\r\nY: b',
  'X: a\n\rY: b',
  '"X": a',
  'Content-Length : 6',
  'Transfer-Encoding : chunked',
  'Transfer-Encoding:\r\n chunked',
  'Set-Cookie: a=\x01',
  'X: a\x0bb',
  'X: a\r\n\tb',
];
for (const line of broken)
  spoils('E17 header line', `${OK}${line}\r\nContent-Length: 6\r\n\r\npoison`, 'end');
spoils('E17 LF alone', 'HTTP/1.1 200 OK\nContent-Length: 6\n\npoison', 'end');
spoils(
  'E17 LF in the status line',
  'HTTP/1.1 200 OK\nX: 1\r\nContent-Length: 6\r\n\r\npoison',
  'end',
);
spoils('E17 CR alone', 'HTTP/1.1 200 OK\rContent-Length: 6\r\rpoison', 'end');

const lines = [
  'HTTP/1.1 099 Odd',
  'HTTP/1.1 000 Odd',
  'HTTP/1.1 600 Odd',
  'HTTP/1.1 999 Odd',
  'HTTP/1.1 1000 Odd',
  'HTTP/1.1 20 Odd',
  'HTTP/1.1 2000 Odd',
  'HTTP/1.1 -1 Odd',
  'HTTP/1.1 +20 Odd',
  'HTTP/1.1 abc Odd',
  'HTTP/1.1  200 Odd',
  'HTTP/1.1',
  'HTTP/1.1 ',
  'HTTP/1.1 2 0 0',
  'HTTP/2 200',
  'HTTP/2.0 200 OK',
  'HTTP/3.0 200 OK',
  'HTTP/0.9 200 OK',
  'HTTP/1.2 200 OK',
  'HTTP/9.9 200 OK',
  'http/1.1 200 OK',
  'HTP/1.1 200 OK',
  'ICY 200 OK',
  'RTSP/1.0 200 OK',
  'SSH-2.0-OpenSSH_9.9',
  'evil',
  '<html>poison</html>',
  '{"poison":true}',
  ' HTTP/1.1 200 OK',
  '\0HTTP/1.1 200 OK',
  'GET / HTTP/1.1',
  'HTTP/1.1 200\0OK',
  'HTTP/1.1200 OK',
  'HTTP /1.1 200 OK',
];
for (const line of lines)
  spoils('E15 status line', `${line}\r\nContent-Length: 6\r\n\r\npoison`, 'end');

passes(
  'E07 the end delimits the body',
  `${OK}X: 1\r\n\r\nbody until the end`,
  (response) => {
    expect(response.text).toBe('body until the end');
  },
  'end',
);
passes(
  'E07 the end delimits an empty body',
  `${OK}\r\n`,
  (response) => expect(response.text).toBe(''),
  'end',
);
passes(
  'E07 HTTP/1.0',
  'HTTP/1.0 200 OK\r\n\r\nold',
  (response) => {
    expect(response.text).toBe('old');
    expect(response.version).toBe('HTTP/1.1');
  },
  'end',
);
passes(
  'E07 HTTP/1.0 with a length',
  'HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\nold',
  (response) => {
    expect(response.text).toBe('old');
  },
  'end',
);
passes(
  'E09 many chunks',
  `${OK}Transfer-Encoding: chunked\r\n\r\n${'1\r\na\r\n'.repeat(500)}0\r\n\r\n`,
  (response) => {
    expect(response.text).toBe('a'.repeat(500));
  },
);
passes(
  'E09 chunk extensions go no further',
  `${OK}Transfer-Encoding: Chunked\r\n\r\n1;a=b\r\na\r\n0;c\r\n\r\n`,
  (response) => {
    // The visitor's reader takes no extension at all.
    expect(response.text).toBe('a');
  },
);
passes(
  'E10 100 unasked',
  `HTTP/1.1 100 Continue\r\n\r\n${OK}Content-Length: 2\r\n\r\nok`,
  (response) => {
    expect(response.text).toBe('ok');
    // Nobody asked for it: RFC 9110 section 15.2 lets a proxy pass it or drop it.
    expect(response.informational.every(({ status }) => status === 100)).toBe(true);
  },
);
passes(
  'E11 103 with Link',
  `HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\nLink: </b.js>\r\n\r\n${OK}Content-Length: 2\r\n\r\nok`,
  (response) => {
    expect(response.informational.map(({ status }) => status)).toEqual([103]);
    expect(response.informational[0]?.values('link')).toEqual(['</a.css>; rel=preload', '</b.js>']);
    expect(response.text).toBe('ok');
  },
);
passes(
  'E11 102 and two 103',
  `HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: <b>\r\n\r\n${OK}Content-Length: 2\r\n\r\nok`,
  (response) => {
    expect(response.informational.map(({ status }) => status)).toEqual([102, 103, 103]);
  },
);
spoils(
  'E12 2,000 times 103',
  `${'HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n'.repeat(2_000)}${OK}Content-Length: 6\r\n\r\npoison`,
);
spoils(
  'E12 103 with a length',
  `HTTP/1.1 103 Early Hints\r\nContent-Length: 6\r\n\r\npoison${OK}Content-Length: 6\r\n\r\npoison`,
);
spoils(
  'E12 103 in chunks',
  `HTTP/1.1 103 Early Hints\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${OK}Content-Length: 6\r\n\r\npoison`,
);
spoils(
  'E12 199 with a broken line',
  `HTTP/1.1 199 Odd\r\nX: a\0b\r\n\r\n${OK}Content-Length: 6\r\n\r\npoison`,
);

describe('E19 reason phrases', () => {
  for (const [method, bytes] of requests) {
    test(`E19 ${method}: control characters never reach V`, async () => {
      rig.origin.answers('HTTP/1.1 200 \x1b]0;pwn\x07\r\nContent-Length: 2\r\n\r\nok');
      const visitor = await rig.send(bytes);
      const response = await visitor.response();
      expect([200, 502]).toContain(response.status);
      const head = response.rawHead.toString('latin1');
      for (const bad of ['\x1b', '\x07', 'pwn']) expect(head).not.toContain(bad);
      await rig.canary();
    });
  }
  const reason = 'r'.repeat(4_096);
  passes('E19 of 4 KiB', `HTTP/1.1 200 ${reason}\r\nContent-Length: 2\r\n\r\nok`, (response) =>
    expect(response.reason).toBe(reason),
  );
  passes('E19 empty', 'HTTP/1.1 200 \r\nContent-Length: 2\r\n\r\nok', (response) =>
    expect(response.reason).toBe(''),
  );
  passes(
    'E19 empty, without its space',
    'HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok',
    (response) => expect(response.reason).toBe(''),
  );
  passes(
    'E19 odd',
    'HTTP/1.1 200 It\'s "fine" \xe9 <b>\r\nContent-Length: 2\r\n\r\nok',
    (response) => {
      expect(response.reason).toBe('It\'s "fine" \xe9 <b>');
    },
  );
  passes(
    'E19 another than the usual',
    'HTTP/1.1 200 Fabulous\r\nContent-Length: 2\r\n\r\nok',
    (response) => expect(response.reason).toBe('Fabulous'),
  );
});

passes(
  'E18 8-bit header bytes',
  `${OK}X: \x80\xff\xe9\r\nContent-Length: 2\r\n\r\nok`,
  (response) => {
    expect(response.value('x')).toBe('\x80\xff\xe9');
  },
);

const statuses = [
  201, 202, 203, 205, 206, 207, 226, 299, 300, 301, 302, 303, 307, 308, 399, 400, 401, 402, 404,
  407, 410, 418, 421, 426, 429, 431, 451, 499, 500, 501, 503, 504, 511, 599,
];
for (const status of statuses) {
  test(`E27 status ${status} passes with its body`, async () => {
    rig.origin.answers(
      `HTTP/1.1 ${status} Own\r\nLocation: http://127.0.0.1:1/x\r\nContent-Length: 2\r\n\r\nok`,
    );
    const { response } = await oracle(rig, requests[0]?.[1] ?? '', {
      status,
      requests: 1,
      closes: false,
    });
    expect([response.reason, response.text, response.value('location')]).toEqual([
      'Own',
      'ok',
      'http://127.0.0.1:1/x',
    ]);
  });
}
