import { encodeResponse } from '@sellia/protocol';
import { describe, expect, test } from 'vitest';
import { ask, RelayFixture } from '../relay-fixture.ts';

test('a request goes through, and its answer comes back', async () => {
  await using fixture = await RelayFixture.start();
  const client = await fixture.tunnel();
  client.script = (stream) => stream.answer('hello');
  const visitor = await fixture.visitor(ask('GET /a?b', 'X-Own: 1\r\n'));
  const text = await visitor.until('hello');
  expect(text).toBe('HTTP/1.1 200 Reason\r\nContent-Length: 5\r\n\r\nhello');
  const [stream] = client.streams;
  expect(stream?.target).toBe('/a?b');
  expect(stream?.hasEnded).toBe(true);
  expect(stream?.open.opening).toMatchObject({
    kind: 'http',
    visitorAddress: '127.0.0.1',
    hops: 0,
  });
  expect(stream?.header('x-forwarded-for')).toBe('127.0.0.1');
  expect(stream?.header('x-request-id')).toBe(stream?.open.opening.requestId);
  expect(stream?.header('x-sellia-hop')).toBe('1');
  await fixture.quiet();
  expect(fixture.events.at(-1)).toMatchObject({ type: 'exchange.ended', status: 200, code: '' });
});

test('8-bit header values are the same bytes, with and without a body behind them', async () => {
  await using fixture = await RelayFixture.start();
  const client = await fixture.tunnel();
  client.script = (stream) => stream.head(200, ['X-Odd', '\u00e9\u00ff']);
  const visitor = await fixture.visitor(ask('GET /'));
  expect(await visitor.until('\r\n\r\n')).toContain('X-Odd: \u00e9\u00ff\r\n');
});

describe('pipelining', () => {
  test('100 requests are answered in order, one at a time', async () => {
    await using fixture = await RelayFixture.start();
    const client = await fixture.tunnel();
    let most = 0;
    client.script = (stream) => {
      most = Math.max(most, client.session.streamCount);
      setImmediate(() => stream.answer(`[${stream.target}]`));
    };
    const targets = Array.from({ length: 100 }, (_, i) => `/${i}`);
    const visitor = await fixture.visitor(targets.map((target) => ask(`GET ${target}`)).join(''));
    const text = await visitor.until('[/99]');
    expect(text.match(/\[[^\]]*\]/g)).toEqual(targets.map((target) => `[${target}]`));
    expect(most).toBe(1);
  });

  test('garbage behind a request is answered behind its answer', async () => {
    await using fixture = await RelayFixture.start();
    const client = await fixture.tunnel();
    const visitor = await fixture.visitor(`${ask('GET /')}GARBAGE\r\n\r\n`);
    const stream = await client.stream();
    expect(visitor.text).toBe('');
    stream.answer('hello');
    const text = await visitor.until('SELLIA_BAD_REQUEST (');
    expect(text.indexOf('hello')).toBeLessThan(text.indexOf('400 Bad Request'));
    expect(await visitor.closed()).toBe('fin');
  });

  test('nothing is answered behind the last one', async () => {
    await using fixture = await RelayFixture.start();
    const client = await fixture.tunnel();
    client.script = (stream) => stream.answer('hello');
    const visitor = await fixture.visitor(ask('GET /', 'Connection: close\r\n') + ask('GET /no'));
    expect(await visitor.closed()).toBe('fin');
    expect(visitor.text.match(/HTTP\/1.1/g)?.length).toBe(1);
    expect(client.streams.length).toBe(1);
  });

  const refused: [string, string][] = [
    ['a host of nobody', 'GET / HTTP/1.1\r\nHost: nobody\r\n\r\n'],
    ['TRACE', ask('TRACE /')],
    ['an odd coding', ask('POST /', 'Transfer-Encoding: xchunked\r\n', '1\r\nZ\r\n0\r\n\r\n')],
    [
      'a body for a page of the relay',
      'POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 1\r\n\r\nZ',
    ],
  ];
  for (const [what, bytes] of refused) {
    test(`one answer to ${what}, and none to what is behind it in the same segment`, async () => {
      await using fixture = await RelayFixture.start();
      const client = await fixture.tunnel();
      const visitor = await fixture.visitor(bytes + ask('GET /no'));
      expect(await visitor.closed()).toBe('fin');
      expect(visitor.text.match(/HTTP\/1.1 \d/g)?.length).toBe(1);
      expect(client.streams.length).toBe(0);
    });
  }
});

describe('framing towards the visitor', () => {
  test('a body of unknown length is chunked, and its trailers come to who asked for them', async () => {
    await using fixture = await RelayFixture.start();
    const client = await fixture.tunnel();
    client.script = (stream) => {
      stream.head(200);
      stream.write('hello');
      stream.stream.trailers('X-Sum\x0042\x00Content-Length\x009');
    };
    const visitor = await fixture.visitor(ask('GET /', 'TE: trailers\r\n'));
    expect(await visitor.until('X-Sum: 42\r\n\r\n')).toContain('5\r\nhello\r\n0\r\nX-Sum: 42');
    visitor.send(ask('GET /second'));
    expect(await visitor.until('hello\r\n0\r\n\r\n')).not.toContain('Content-Length');
  });

  test('HTTP/1.0 gets it up to the end of the connection', async () => {
    await using fixture = await RelayFixture.start();
    const client = await fixture.tunnel();
    client.script = (stream) => {
      stream.head(200);
      stream.write('hello');
      stream.stream.end();
    };
    const old = 'GET / HTTP/1.0\r\nHost: one.test\r\nConnection: keep-alive\r\nTE: chunked\r\n\r\n';
    const visitor = await fixture.visitor(old);
    expect(await visitor.closed()).toBe('fin');
    expect(visitor.text).toMatch(/\r\n\r\nhello$/);
    expect(visitor.text).not.toContain('chunked');
  });

  test('HTTP/1.0 cut short is a reset', async () => {
    await using fixture = await RelayFixture.start();
    const client = await fixture.tunnel();
    client.script = (stream) => {
      stream.head(200);
      stream.write('hello');
    };
    const visitor = await fixture.visitor('GET / HTTP/1.0\r\nHost: one.test\r\n\r\n');
    // An RST that arrives together with data looks like FIN to a reader on Node 22.
    await visitor.until('hello');
    const stream = await client.stream();
    stream.stream.reset('SELLIA_UPSTREAM_RESET');
    expect(await visitor.closed()).toBe('reset');
  });

  for (const [how, headers] of [
    ['chunked', []],
    ['counted', ['Content-Length', '9']],
  ] as const) {
    test(`a ${how} body cut short never looks whole`, async () => {
      await using fixture = await RelayFixture.start();
      const client = await fixture.tunnel();
      client.script = (stream) => {
        stream.head(200, [...headers]);
        stream.write('hello');
        stream.stream.reset('SELLIA_UPSTREAM_RESET');
      };
      const visitor = await fixture.visitor(ask('GET /'));
      await visitor.closed();
      expect(visitor.text).toContain('hello');
      expect(visitor.text).not.toContain('0\r\n\r\n');
      await fixture.quiet();
    });
  }

  test('a head that breaks the rules is a 502, and ends the session', async () => {
    await using fixture = await RelayFixture.start();
    const client = await fixture.tunnel();
    client.script = (stream) => stream.head(200, ['Content-Length', '1', 'Content-Length', '2']);
    const visitor = await fixture.visitor(ask('GET /'));
    expect(await visitor.until('SELLIA_PROTOCOL (')).toMatch(/^HTTP\/1.1 502 /);
    await client.inbox.until(() => client.closedBy === 'SELLIA_PROTOCOL');
  });

  test('more body than announced ends the session; the visitor has what was announced', async () => {
    await using fixture = await RelayFixture.start();
    const client = await fixture.tunnel();
    client.script = (stream) => {
      stream.head(200, ['Content-Length', '5']);
      stream.write('hello');
      setImmediate(() => stream.write('POISON'));
    };
    const visitor = await fixture.visitor(ask('GET /'));
    await visitor.until('hello');
    await client.inbox.until(() => client.closedBy === 'SELLIA_PROTOCOL');
    expect(visitor.text).not.toContain('POISON');
  });
});

describe('interim responses', () => {
  test('103 and 100 go to HTTP/1.1, 100 only to who waits for it', async () => {
    await using fixture = await RelayFixture.start();
    const client = await fixture.tunnel();
    client.script = (stream) => {
      stream.stream.info(encodeResponse(103, 'Early', ['Link', '</a>']));
      stream.stream.info(encodeResponse(100, 'Continue', []));
      if (stream.hasEnded) stream.answer('hello');
    };
    const plain = await fixture.visitor(ask('GET /'));
    expect(await plain.until('hello')).toMatch(
      /^HTTP\/1.1 103 Early\r\nLink: <\/a>\r\n\r\nHTTP\/1.1 200 /,
    );
    const waiting = await fixture.visitor(
      ask('POST /', 'Content-Length: 3\r\nExpect: 100-continue\r\n'),
    );
    await waiting.until('HTTP/1.1 100 Continue\r\n\r\n');
    waiting.send('abc');
    const stream = await client.stream(1);
    await client.inbox.until(() => stream.hasEnded && stream.body === 'abc');
    expect(stream.header('expect')).toBe('100-continue');
    stream.answer('thanks');
    await waiting.until('thanks');
    waiting.send(ask('GET /again'));
    await waiting.until('hello');
  });

  test('HTTP/1.0 gets none', async () => {
    await using fixture = await RelayFixture.start();
    const client = await fixture.tunnel();
    client.script = (stream) => {
      stream.stream.info(encodeResponse(103, 'Early', ['Link', '</a>']));
      stream.answer('hello');
    };
    const visitor = await fixture.visitor('GET / HTTP/1.0\r\nHost: one.test\r\n\r\n');
    expect(await visitor.until('hello')).toMatch(/^HTTP\/1.1 200 /);
  });
});

describe('uploads', () => {
  test('chunks large and small arrive in order, with the trailers that may', async () => {
    await using fixture = await RelayFixture.start();
    const client = await fixture.tunnel();
    const pieces = Array.from({ length: 2_000 }, (_, i) =>
      i % 50 === 0 ? 'L'.repeat(9_000) : `${i};`,
    );
    const body = pieces.map((piece) => `${piece.length.toString(16)}\r\n${piece}\r\n`).join('');
    const tail = '0\r\nX-Sum: 1\r\nHost: evil\r\n\r\n';
    await fixture.visitor(ask('POST /', 'Transfer-Encoding: chunked\r\n', body + tail));
    const stream = await client.stream();
    await client.inbox.until(() => stream.hasEnded);
    expect(stream.body).toBe(pieces.join(''));
    expect(stream.trailers).toBe('X-Sum\x001');
    stream.answer('ok');
  });

  test('a body that ends while the stream is full does not stop the connection', async () => {
    await using fixture = await RelayFixture.start();
    const client = await fixture.tunnel();
    client.script = (stream) => {
      void client.inbox
        .until(() => stream.hasEnded)
        .then(() => stream.answer(`[${stream.target} ${stream.body.length}]`));
    };
    const visitor = await fixture.visitor('');
    for (const [i, kibi] of [64, 65, 100, 128, 256, 1_000, 64, 1].entries()) {
      const body = 'x'.repeat(kibi * 1024);
      visitor.send(ask(`POST /${i}`, `Content-Length: ${body.length}\r\n`, body));
      await visitor.until(`[/${i} ${body.length}]`);
    }
  });

  test('a broken chunk aborts the stream and is a 400', async () => {
    await using fixture = await RelayFixture.start();
    const client = await fixture.tunnel();
    const visitor = await fixture.visitor(
      ask('POST /', 'Transfer-Encoding: chunked\r\n', '5\r\nhello\r\n'),
    );
    const stream = await client.stream();
    visitor.send('0x1\r\nZ\r\n');
    expect(await visitor.until('SELLIA_BAD_REQUEST (')).toMatch(/^HTTP\/1.1 400 /);
    expect(await visitor.closed()).toBe('fin');
    await client.inbox.until(() => stream.resetBy !== undefined);
    expect(stream.hasEnded).toBe(false);
    await fixture.quiet();
  });

  test('an answer before the end of the upload arrives, and the upload stops', async () => {
    await using fixture = await RelayFixture.start();
    const client = await fixture.tunnel();
    const visitor = await fixture.visitor(ask('POST /', `Content-Length: ${2 ** 30}\r\n`));
    const stream = await client.stream();
    const more = () => {
      while (visitor.socket.writable && visitor.socket.write(Buffer.alloc(65_536)));
    };
    visitor.socket.on('drain', more);
    more();
    await client.inbox.until(() => stream.body.length > 100_000);
    stream.stream.stop('SELLIA_STOPPED');
    stream.answer('too large', 413);
    expect(await visitor.until('too large')).toMatch(/^HTTP\/1.1 413 .*Connection: close/s);
    await fixture.quiet();
    await fixture.clock.advance(1_000);
    await visitor.closed();
  });

  test('a flood of chunk extensions is refused', async () => {
    await using fixture = await RelayFixture.start();
    const client = await fixture.tunnel();
    const flood = `1;${'a'.repeat(15 * 1024)}\r\nZ\r\n`.repeat(20);
    const visitor = await fixture.visitor(ask('POST /', 'Transfer-Encoding: chunked\r\n'));
    const stream = await client.stream();
    visitor.send(flood);
    expect(await visitor.until('SELLIA_CHUNK_OVERHEAD (')).toMatch(/^HTTP\/1.1 413 /);
    await client.inbox.until(() => stream.resetBy !== undefined);
  });
});

describe('a visitor that leaves', () => {
  const stages: [
    string,
    string,
    (stream: import('../scripted-client.ts').ScriptedStream) => void,
  ][] = [
    ['before the head', ask('GET /'), () => {}],
    ['in the upload', ask('POST /', 'Content-Length: 9\r\n', 'abc'), () => {}],
    ['in the download', ask('GET /'), (stream) => stream.head(200, ['Content-Length', '9'])],
  ];
  for (const [when, bytes, script] of stages) {
    test(`${when}, by RST, aborts the stream`, async () => {
      await using fixture = await RelayFixture.start();
      const client = await fixture.tunnel();
      client.script = script;
      const visitor = await fixture.visitor(bytes);
      const stream = await client.stream();
      visitor.socket.resetAndDestroy();
      await client.inbox.until(() => stream.stream.isClosed || stream.resetBy !== undefined);
      await fixture.quiet();
    });
  }

  test('by closing before the head, is found out by a probe', async () => {
    await using fixture = await RelayFixture.start();
    const client = await fixture.tunnel();
    const visitor = await fixture.visitor(ask('GET /'));
    await client.stream();
    visitor.socket.destroy();
    await fixture.advanceUntil(20, () => fixture.relay.stats().streams === 0);
  });

  test('by FIN alone still gets its answer, then the end', async () => {
    await using fixture = await RelayFixture.start();
    const client = await fixture.tunnel();
    const visitor = await fixture.visitor(ask('GET /'));
    const stream = await client.stream();
    visitor.socket.end();
    await fixture.advanceUntil(20, () => visitor.text.includes('100 Continue'));
    stream.answer('hello');
    expect(await visitor.closed()).toBe('fin');
    expect(visitor.text).toMatch(
      /^(HTTP\/1.1 100 Continue\r\n\r\n)+HTTP\/1.1 200 Reason\r\n.*hello$/s,
    );
  });

  test('by FIN in the download, is gone', async () => {
    await using fixture = await RelayFixture.start();
    const client = await fixture.tunnel();
    client.script = (stream) => stream.head(200);
    const visitor = await fixture.visitor(ask('GET /events'));
    await visitor.until('\r\n\r\n');
    visitor.socket.end();
    await fixture.quiet();
  });
});

describe('failures of the other side', () => {
  const codes = [
    ['SELLIA_UPSTREAM_REFUSED', 502],
    ['SELLIA_UPSTREAM_TIMEOUT', 504],
    ['SELLIA_REFUSED', 503],
    ['SELLIA_CANCELLED', 502],
  ] as const;
  for (const [code, status] of codes) {
    test(`${code} before the head is ${status}`, async () => {
      await using fixture = await RelayFixture.start();
      const client = await fixture.tunnel();
      client.script = (stream) => stream.stream.reset(code, 'connect ECONNREFUSED 127.0.0.1:8080');
      const visitor = await fixture.visitor(ask('GET /', 'Accept: text/html\r\n'));
      const text = await visitor.until('</html>');
      expect(text).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
      expect(text).not.toContain('8080');
    });
  }

  test('a client that goes is 503 before the head, and 404 from then on', async () => {
    await using fixture = await RelayFixture.start();
    const client = await fixture.tunnel();
    const visitor = await fixture.visitor(ask('GET /'));
    await client.stream();
    client.close();
    await visitor.until('SELLIA_GOING_AWAY (');
    visitor.send(ask('GET /'));
    await visitor.until('SELLIA_TUNNEL_NOT_FOUND (');
  });

  test('more requests than the client takes are 503', async () => {
    await using fixture = await RelayFixture.start();
    const client = await fixture.tunnel('one', { maxStreams: 1 });
    await fixture.visitor(ask('GET /'));
    await client.stream();
    const second = await fixture.visitor(ask('GET /'));
    expect(await second.until('SELLIA_TUNNEL_BUSY (')).toMatch(/503 .*Retry-After: 1\r\n/s);
  });
});

describe('time', () => {
  const POST = ask('POST /', 'Content-Length: 9\r\n', 'abc');

  test('an upload that does not move is 408 after its limit, one that does lives', async () => {
    await using fixture = await RelayFixture.start();
    const client = await fixture.tunnel();
    const visitor = await fixture.visitor(POST);
    const stream = await client.stream();
    await client.inbox.until(() => stream.body === 'abc');
    for (const byte of 'def') {
      await fixture.clock.advance(50_000);
      visitor.send(byte);
      const length = stream.body.length + 1;
      await client.inbox.until(() => stream.body.length === length);
    }
    await fixture.clock.advance(70_000);
    expect(await visitor.until('SELLIA_REQUEST_TIMEOUT (')).toMatch(/^HTTP\/1.1 408 /);
    await fixture.quiet();
  });

  test('an idle connection lives between requests, for so long', async () => {
    await using fixture = await RelayFixture.start();
    const client = await fixture.tunnel();
    client.script = (stream) => stream.answer(`[${stream.target}]`);
    const visitor = await fixture.visitor(ask('GET /1'));
    await visitor.until('[/1]');
    await fixture.clock.advance(60_000);
    visitor.send(ask('GET /2'));
    await visitor.until('[/2]');
    await fixture.clock.advance(60_000);
    expect(visitor.ended).toBeUndefined();
    await fixture.clock.advance(10_000);
    expect(await visitor.closed()).toBe('fin');
  });

  test('a silent event stream is not cut', async () => {
    await using fixture = await RelayFixture.start();
    const client = await fixture.tunnel();
    client.script = (stream) => stream.head(200, ['Content-Type', 'text/event-stream']);
    const visitor = await fixture.visitor(ask('GET /'));
    await visitor.until('\r\n\r\n');
    await fixture.clock.advance(600_000);
    const stream = await client.stream();
    stream.write('data: 1\n\n');
    await visitor.until('data: 1');
  });

  test('a visitor that does not read is cut after its limit', async () => {
    await using fixture = await RelayFixture.start({ limits: { writeIdleMs: 5_000 } });
    const client = await fixture.tunnel();
    const visitor = await fixture.visitor();
    visitor.socket.pause();
    visitor.send(ask('GET /'));
    const stream = await client.stream();
    stream.head(200);
    const piece = 'x'.repeat(16_384);
    stream.onDrain = () => {
      while (stream.write(piece));
    };
    stream.onDrain();
    await fixture.advanceUntil(1_000, () => fixture.relay.stats().streams === 0);
  });
});
