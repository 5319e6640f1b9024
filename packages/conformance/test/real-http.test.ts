import { createHash, randomBytes } from 'node:crypto';
import { type IncomingMessage, request as nodeRequest } from 'node:http';
import { Agent, FormData, fetch, request } from 'undici';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type InProcessRig, startRig, Visitor } from '../src/rig/index.ts';

/** Everyday HTTP made by clients that have never heard of Sellia, against a node:http server. */

let rig: InProcessRig;
let agent: Agent;
let answer: (request: IncomingMessage, response: import('node:http').ServerResponse) => unknown;

beforeAll(async () => {
  rig = await startRig({
    upstream: { handler: (question, response) => answer(question, response) },
  });
  rig.handlerOrigin.server.on('checkContinue', (question, response) => answer(question, response));
  // Everything goes to the relay, whatever host the URL names.
  agent = new Agent({
    connect: {
      lookup: (_host, _options, done) => done(null, [{ address: '127.0.0.1', family: 4 }]),
    },
  });
});
afterEach(() => rig.settled());
afterAll(async () => {
  await agent.close();
  await rig.close();
});

const url = (path: string) => `http://${rig.host}:${rig.port}${path}`;

async function bodyOf(message: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  return Buffer.concat(chunks);
}

test('a thousand parallel requests, none mixed', async () => {
  answer = async (question, response) => {
    const body = await bodyOf(question);
    response.setHeader('X-Echo', question.headers['x-mine'] ?? '');
    response.end(Buffer.concat([Buffer.from(`${question.url}\n`), body]));
  };
  const one = async (i: number) => {
    const body = randomBytes(1 + ((i * 37) % 5_000));
    const response = await request(url(`/item/${i}`), {
      method: i % 3 === 0 ? 'PUT' : 'POST',
      body,
      headers: { 'X-Mine': String(i) },
      dispatcher: agent,
    });
    const got = Buffer.from(await response.body.arrayBuffer());
    expect(response.headers['x-echo']).toBe(String(i));
    expect(got.equals(Buffer.concat([Buffer.from(`/item/${i}\n`), body]))).toBe(true);
  };
  await Promise.all(Array.from({ length: 1_000 }, (_, i) => one(i)));
});

test('a multipart form with two files', async () => {
  const files = [randomBytes(300_000), randomBytes(7)];
  answer = async (question, response) => {
    const body = await bodyOf(question);
    const form = await new Response(new Uint8Array(body), {
      headers: { 'Content-Type': question.headers['content-type'] ?? '' },
    }).formData();
    const digests = await Promise.all(
      form
        .getAll('file')
        .map(async (file) => sha256(Buffer.from(await (file as File).arrayBuffer()))),
    );
    response.end(JSON.stringify({ name: form.get('name'), digests }));
  };
  const form = new FormData();
  form.set('name', 'Zoë & "co"');
  for (const [i, file] of files.entries()) {
    form.append('file', new Blob([new Uint8Array(file)], { type: 'image/png' }), `ä${i}.png`);
  }
  const response = await fetch(url('/form'), { method: 'POST', body: form, dispatcher: agent });
  expect(await response.json()).toEqual({ name: 'Zoë & "co"', digests: files.map(sha256) });
});

test('forty Set-Cookies and headers of mixed case, byte for byte as direct', async () => {
  const lines: string[] = [];
  for (let i = 0; i < 40; i++)
    lines.push(i % 2 ? 'Set-Cookie' : 'set-cookie', `c${i}=${i}; Path=/; HttpOnly`);
  lines.push(
    'X-Same',
    '1',
    'x-same',
    '2',
    'X-SAME',
    '3',
    'ETag',
    'W/"x"',
    'vary',
    'Accept',
    'Vary',
    'Origin',
  );
  lines.push('Date', 'Sat, 21 Nov 2026 00:00:00 GMT', 'Content-Length', '2');
  answer = (_question, response) => {
    response.sendDate = false;
    response.writeHead(200, 'Quite OK', lines);
    response.end('ok');
  };
  const bytes = `GET / HTTP/1.1\r\n${rig.hostLine}\r\n`;
  const direct = await Visitor.open({ port: rig.handlerOrigin.port });
  direct.send(bytes);
  const wanted = headOf(await direct.response());
  direct.destroy();
  const visitor = await rig.send(bytes);
  expect(headOf(await visitor.response())).toBe(wanted);

  // The connection is each link's own.
  function headOf({ rawHead }: { rawHead: Buffer }): string {
    return rawHead.toString('latin1').replace(/(Connection|Keep-Alive): [^\r]*\r\n/gi, '');
  }
});

describe('methods and statuses', () => {
  test('HEAD has the length and no body', async () => {
    answer = (_question, response) => response.writeHead(200, { 'Content-Length': '1234' }).end();
    const response = await request(url('/'), { method: 'HEAD', dispatcher: agent });
    expect(response.headers['content-length']).toBe('1234');
    expect(await response.body.text()).toBe('');
  });

  for (const [status, lines] of [
    [204, {}],
    [304, { ETag: '"x"', 'Content-Length': '77' }],
    [205, { 'Content-Length': '0' }],
  ] as const) {
    test(`${status} has no body, and the connection goes on`, async () => {
      answer = (question, response) => {
        if (question.url === '/next') response.end('next');
        else response.writeHead(status, lines).end();
      };
      const visitor = await rig.send(
        `GET / HTTP/1.1\r\n${rig.hostLine}\r\nGET /next HTTP/1.1\r\n${rig.hostLine}\r\n`,
      );
      const [first, second] = await visitor.responses(2);
      expect([first?.status, first?.bodyLength]).toEqual([status, 0]);
      for (const [name, value] of Object.entries(lines)) expect(first?.value(name)).toBe(value);
      expect(second?.text).toBe('next');
      visitor.destroy();
    });
  }

  for (const method of ['DELETE', 'GET', 'OPTIONS', 'PATCH', 'PROPFIND', 'REPORT']) {
    test(`${method} with a body`, async () => {
      answer = async (question, response) =>
        response.end(`${question.method} ${(await bodyOf(question)).toString()}`);
      const visitor = await rig.send(
        `${method} /thing HTTP/1.1\r\n${rig.hostLine}Content-Length: 4\r\n\r\nbody`,
      );
      expect((await visitor.response()).text).toBe(`${method} body`);
      visitor.destroy();
    });
  }

  test('a range', async () => {
    const bytes = randomBytes(1_000);
    answer = (question, response) => {
      const [, from, to] = /bytes=(\d+)-(\d+)/.exec(question.headers.range ?? '') ?? [];
      response.writeHead(206, { 'Content-Range': `bytes ${from}-${to}/1000` });
      response.end(bytes.subarray(Number(from), Number(to) + 1));
    };
    const headers = { Range: 'bytes=100-199' };
    const response = await request(url('/'), { headers, dispatcher: agent });
    expect([response.statusCode, response.headers['content-range']]).toEqual([
      206,
      'bytes 100-199/1000',
    ]);
    expect(Buffer.from(await response.body.arrayBuffer()).equals(bytes.subarray(100, 200))).toBe(
      true,
    );
  });
});

describe('interim answers and trailers', () => {
  test('103 comes first, with its links', async () => {
    answer = (_question, response) => {
      response.writeEarlyHints({ link: ['</a.css>; rel=preload', '</b.js>; rel=preload'] });
      response.end('page');
    };
    const response = await (await rig.send(`GET / HTTP/1.1\r\n${rig.hostLine}\r\n`)).response();
    expect(response.informational.map(({ status }) => status)).toEqual([103]);
    expect(response.informational[0]?.values('link').join()).toContain('</b.js>');
    expect(response.text).toBe('page');
  });

  test('trailers reach a visitor that asks for them, and no other', async () => {
    answer = (_question, response) => {
      response.writeHead(200, { Trailer: 'X-Sum' });
      response.write('body');
      response.addTrailers({ 'X-Sum': 'abc' });
      response.end();
    };
    const asking = await rig.send(
      `GET / HTTP/1.1\r\n${rig.hostLine}TE: trailers\r\nConnection: TE\r\n\r\n`,
    );
    expect((await asking.response()).trailers).toEqual(['X-Sum', 'abc']);
    const other = await rig.send(`GET / HTTP/1.1\r\n${rig.hostLine}\r\n`);
    const response = await other.response();
    expect([response.text, response.trailers, response.has('x-sum')]).toEqual(['body', [], false]);
    asking.destroy();
    other.destroy();
  });

  test('Expect: 100-continue is asked of the upstream', async () => {
    answer = async (question, response) => {
      if (question.headers.expect !== '100-continue') throw new Error('Expect was lost');
      response.writeContinue();
      response.end(`got ${(await bodyOf(question)).length}`);
    };
    const { status, text } = await expecting('/upload', '12345');
    expect([status, text]).toEqual([200, 'got 5']);
  });

  test('... which may refuse before a byte of the body is sent', async () => {
    let received = 0;
    answer = (question, response) => {
      question.on('data', (chunk: Buffer) => {
        received += chunk.length;
      });
      response.writeHead(413, { Connection: 'close' }).end('too much');
    };
    const { status, text, continued } = await expecting('/upload', '12345');
    expect([status, text, continued, received]).toEqual([413, 'too much', false, 0]);
  });

  /** A Node client that sends its body only when told to. */
  function expecting(path: string, body: string) {
    return new Promise<{ status: number; text: string; continued: boolean }>((resolve, reject) => {
      let continued = false;
      const asking = nodeRequest({
        port: rig.port,
        host: '127.0.0.1',
        path,
        method: 'POST',
        headers: { Host: rig.host, Expect: '100-continue', 'Content-Length': body.length },
      });
      asking.on('continue', () => {
        continued = true;
        asking.end(body);
      });
      asking.on('response', async (response) => {
        resolve({
          status: response.statusCode ?? 0,
          text: (await bodyOf(response)).toString(),
          continued,
        });
        asking.destroy();
      });
      asking.on('error', reject);
      asking.flushHeaders();
    });
  }
});

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
