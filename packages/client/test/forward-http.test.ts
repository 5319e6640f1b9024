import { Buffer } from 'node:buffer';
import type { Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type Ask, rigFor as openRig, pattern } from './rig.ts';

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

describe('forwarding over HTTP', () => {
  const closers: (() => void)[] = [];
  afterEach(() => {
    for (const close of closers.splice(0)) close();
  });

  async function rigFor(...options: Parameters<typeof openRig>) {
    const { raw, rig, close } = await openRig(...options);
    closers.push(close);
    return { raw, rig };
  }

  async function ask(answer: string, asked: Ask = {}) {
    const { rig, raw } = await rigFor(answer);
    const result = await rig.ask(asked).done();
    expect(rig.faults).toEqual([]);
    return { answer: result, rig, raw };
  }

  it('passes status, reason, headers in order, case and number, and the body', async () => {
    const { answer, raw } = await ask(
      'HTTP/1.1 418 I am a TEAPOT\r\nX-B: 1\r\nset-cookie: a=1\r\nSet-Cookie: b=2\r\nx-A: \xe9\xff\r\nContent-Length: 5\r\n\r\nhello',
      { target: '/a/../b//%2e?q=%zz', headers: ['Host', 'T1.test', 'X-One', '1', 'x-one', '\xe9'] },
    );
    expect(answer.head).toEqual({
      status: 418,
      reason: 'I am a TEAPOT',
      headers: [
        ...['X-B', '1', 'set-cookie', 'a=1', 'Set-Cookie', 'b=2', 'x-A', '\xe9\xff'],
        ...['Content-Length', '5'],
      ],
    });
    expect(answer.body).toBe('hello');
    expect(answer.ended).toBe(true);
    expect(raw.received[0]).toMatch(/^GET \/a\/\.\.\/b\/\/%2e\?q=%zz HTTP\/1\.1\r\n/);
    expect(raw.received[0]?.toLowerCase()).toContain('\r\nhost: t1.test\r\n');
    expect(raw.received[0]).toContain('X-One: 1\r\nx-one: \xe9\r\n');
  });

  it('takes HEAD, 204 and 304 as without a body and keeps their Content-Length', async () => {
    const head = await ask('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n', { method: 'HEAD' });
    expect(head.answer.endedAtOnce).toBe(true);
    expect(head.answer.head?.headers).toEqual(['Content-Length', '1000']);
    const same = await ask('HTTP/1.1 304 Not Modified\r\nETag: "x"\r\nContent-Length: 77\r\n\r\n');
    expect(same.answer.endedAtOnce).toBe(true);
    expect(same.answer.head?.headers).toContain('77');
    const none = await ask('HTTP/1.1 204 No Content\r\n\r\n');
    expect(none.answer.endedAtOnce).toBe(true);
  });

  it('drops bytes behind a 204 and never serves that connection again', async () => {
    const { answer, rig, raw } = await ask('HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 200 OK\r\n');
    expect(answer.head?.status).toBe(204);
    expect(answer.body).toBe('');
    await raw.until(
      () => raw.sockets[0]?.readableEnded === true || raw.sockets[0]?.destroyed === true,
      'the end of the connection',
    );
    const second = await rig.ask().done();
    expect(second.head?.status).toBe(204);
    expect(raw.sockets.length).toBe(2);
  });

  it('passes chunked bodies, trailers and bodies that end with the connection', async () => {
    const chunked = await ask(
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\nTrailer: X-Sum\r\n\r\n5;x=y\r\nhello\r\n1\r\n!\r\n0\r\nX-Sum: 7\r\nContent-Length: 9\r\n\r\n',
    );
    expect(chunked.answer.body).toBe('hello!');
    expect(chunked.answer.trailers).toEqual(['X-Sum', '7']);
    expect(chunked.answer.head?.headers).toEqual([]);
    const { rig } = await rigFor((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\nto the end'));
    const plain = await rig.ask().done();
    expect(plain.body).toBe('to the end');
    expect(plain.ended).toBe(true);
    expect(plain.head?.headers).toEqual([]);
  });

  it('passes interim responses, but no 100 that nobody asked for', async () => {
    const { answer } = await ask(
      `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n${OK}`,
    );
    expect(answer.infos).toEqual([
      { status: 103, reason: 'Early Hints', headers: ['Link', '</x>'] },
    ]);
    expect(answer.head?.status).toBe(200);
    const { rig } = await rigFor((socket, text) => {
      if (text.includes('Expect')) socket.write('HTTP/1.1 100 Continue\r\n\r\n');
      if (text.includes('hello')) socket.write(OK);
    });
    const upload = rig.ask({
      method: 'POST',
      headers: ['Host', 't1.test', 'Expect', '100-continue', 'Content-Length', '5'],
      ended: false,
    });
    await upload.until(() => upload.infos.length === 1, 'the 100');
    upload.stream?.write(Buffer.from('hello'));
    upload.stream?.end();
    expect((await upload.done()).head?.status).toBe(200);
  });

  it('bounds interim responses', async () => {
    const { answer } = await ask(
      'HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n'.repeat(2_000) + OK,
    );
    expect(answer.reset?.code).toBe('SELLIA_UPSTREAM_INVALID');
  });

  it.each([
    ['two Content-Lengths', 'Content-Length: 2\r\nContent-Length: 2\r\n\r\nok'],
    ['two different Content-Lengths', 'Content-Length: 2\r\nContent-Length: 3\r\n\r\nok'],
    ['Content-Length abc', 'Content-Length: abc\r\n\r\nok'],
    ['Content-Length +5', 'Content-Length: +2\r\n\r\nok'],
    ['Content-Length -1', 'Content-Length: -1\r\n\r\nok'],
    ['Content-Length 0x5', 'Content-Length: 0x2\r\n\r\nok'],
    [
      'Content-Length with Transfer-Encoding',
      'Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n',
    ],
    [
      'Transfer-Encoding with Content-Length',
      'Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n2\r\nok\r\n0\r\n\r\n',
    ],
    ['another transfer coding', 'Transfer-Encoding: gzip\r\n\r\nok'],
    ['two transfer codings', 'Transfer-Encoding: gzip, chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n'],
    ['NUL in a value', 'X: a\0b\r\nContent-Length: 2\r\n\r\nok'],
    ['a bare LF', 'X: a\nY: b\r\nContent-Length: 2\r\n\r\nok'],
    ['a bare CR', 'X: a\rY: b\r\nContent-Length: 2\r\n\r\nok'],
    ['a folded line', 'X: a\r\n b\r\nContent-Length: 2\r\n\r\nok'],
    ['a space before the colon', 'X : a\r\nContent-Length: 2\r\n\r\nok'],
    ['a line without a colon', 'X\r\nContent-Length: 2\r\n\r\nok'],
  ])('refuses a response head with %s', async (_what, rest) => {
    const { answer, rig } = await ask(`HTTP/1.1 200 OK\r\n${rest}`);
    expect(answer.head).toBeUndefined();
    expect(answer.reset?.code).toBe('SELLIA_UPSTREAM_INVALID');
    expect(rig.relay.streamCount).toBe(0);
  });

  it.each([
    ['status 99', 'HTTP/1.1 099 X\r\n\r\n'],
    ['status 600', 'HTTP/1.1 600 X\r\nContent-Length: 0\r\n\r\n'],
    [
      '101 without being asked',
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
    ],
    ['101 without Upgrade', 'HTTP/1.1 101 Switching Protocols\r\n\r\n'],
    ['no HTTP at all', 'SSH-2.0-OpenSSH_9.2\r\n'],
  ])('refuses %s', async (_what, bytes) => {
    const { answer } = await ask(bytes);
    expect(answer.reset?.code).toBe('SELLIA_UPSTREAM_INVALID');
  });

  it('cleans a reason phrase and passes an empty one', async () => {
    const control = await ask('HTTP/1.1 200 \x1b]0;pwn\x07\r\nContent-Length: 0\r\n\r\n');
    // Either way nothing of it arrives.
    expect(control.answer.head?.reason ?? '').toBe('');
    const empty = await ask('HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n');
    expect(empty.answer.head).toEqual({
      status: 200,
      reason: '',
      headers: ['Content-Length', '0'],
    });
    const long = await ask(`HTTP/1.1 200 ${'x'.repeat(4_096)}\r\nContent-Length: 0\r\n\r\n`);
    expect(long.answer.head?.reason).toBe('x'.repeat(4_096));
    const bytes = await ask('HTTP/1.1 200 caf\xc3\xa9\r\nContent-Length: 0\r\n\r\n');
    expect(bytes.answer.head?.reason).toBe('caf\xc3\xa9');
  });

  it('refuses a head that is too large, however it comes', async () => {
    const one = await ask(`HTTP/1.1 200 OK\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`);
    expect(one.answer.reset?.code).toBe('SELLIA_UPSTREAM_HEAD_TOO_LARGE');
    const many = await ask(`HTTP/1.1 200 OK\r\n${'a:b\r\n'.repeat(2_100)}\r\n`);
    expect(many.answer.reset?.code).toBe('SELLIA_UPSTREAM_HEAD_TOO_LARGE');
    const { rig } = await rigFor((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      const drip = () => {
        if (socket.writable)
          socket.write('X: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n'.repeat(100), drip);
      };
      drip();
    });
    const endless = await rig.ask().done();
    expect(endless.reset?.code).toBe('SELLIA_UPSTREAM_HEAD_TOO_LARGE');
  });

  it('delivers a body and drops what comes behind it, with the connection', async () => {
    const { answer, rig, raw } = await ask(
      'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhelloEXTRA',
    );
    expect(answer.body).toBe('hello');
    expect(answer.ended).toBe(true);
    const second = await rig.ask().done();
    expect(second.body).toBe('hello');
    expect(raw.sockets.length).toBe(2);
  });

  it.each([
    [
      'a short body',
      (socket: Socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello'),
    ],
    [
      'chunks without an end',
      (socket: Socket) =>
        socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n'),
    ],
    [
      'chunks and a reset',
      (socket: Socket) => {
        socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n');
        setImmediate(() => setImmediate(() => socket.resetAndDestroy()));
      },
    ],
    [
      'a bad chunk',
      (socket: Socket) =>
        socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nxyz\r\n'),
    ],
  ])('shows %s as cut, after what came', async (_what, play) => {
    const { rig } = await rigFor(play);
    const answer = await rig.ask().done();
    expect(answer.head?.status).toBe(200);
    expect(answer.body).toBe('hello');
    expect(answer.ended).toBe(false);
    expect(['SELLIA_BODY_LENGTH', 'SELLIA_UPSTREAM_RESET', 'SELLIA_UPSTREAM_INVALID']).toContain(
      answer.reset?.code,
    );
  });

  it.each([
    ['ends', (socket: Socket) => socket.end()],
    ['resets', (socket: Socket) => socket.resetAndDestroy()],
  ])('says so when a fresh connection %s before any byte, and asks once', async (_what, play) => {
    const { rig, raw } = await rigFor(play);
    const answer = await rig.ask().done();
    expect(answer.reset?.code).toBe('SELLIA_UPSTREAM_RESET');
    expect(raw.sockets.length).toBe(1);
  });

  it.each(['resets', 'ends'])('asks again when a kept connection %s under it', async (how) => {
    // Answers the first request on each connection.
    const { rig, raw } = await rigFor((socket, _text, connection) => {
      if ((raw.received[connection] ?? '').split('HTTP/1.1\r\n').length === 2) socket.write(OK);
      else if (how === 'resets') socket.resetAndDestroy();
      else socket.end();
    });
    expect((await rig.ask().done()).body).toBe('ok');
    expect((await rig.ask({ target: '/again' }).done()).body).toBe('ok');
    expect(raw.sockets.length).toBe(2);
    expect(raw.received.join('').split('/again').length).toBe(3);
    const post = rig.ask({ method: 'POST', target: '/once', ended: false });
    post.stream?.write(Buffer.from('body'));
    post.stream?.end();
    expect((await post.done()).reset?.code).toBe('SELLIA_UPSTREAM_RESET');
    expect(raw.received.join('').split('/once').length).toBe(2);
  });

  it('serves nothing that came on an idle connection', async () => {
    const { rig, raw } = await rigFor((socket, _text, connection) => {
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n${connection}`);
    });
    expect((await rig.ask().done()).body).toBe('0');
    raw.sockets[0]?.write('HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nPOISON');
    await raw.until(
      () => raw.sockets[0]?.readableEnded === true || raw.sockets[0]?.destroyed === true,
      'the connection to be dropped',
    );
    expect((await rig.ask().done()).body).toBe('1');
  });

  it('keeps connections', async () => {
    const { rig, raw } = await rigFor(OK);
    for (let i = 0; i < 20; i++) expect((await rig.ask().done()).body).toBe('ok');
    expect(raw.sockets.length).toBe(1);
    for (let i = 0; i < 20; i++) {
      const post = rig.ask({
        method: 'POST',
        headers: ['Host', 't', 'Content-Length', '4'],
        ended: false,
      });
      post.stream?.write(Buffer.from('body'));
      post.stream?.end();
      expect((await post.done()).body).toBe('ok');
    }
    expect(raw.sockets.length).toBeLessThanOrEqual(2);
    expect(rig.upstream.sockets).toBeLessThanOrEqual(2);
  });

  it('sends one framing: a length as it was, chunks without one, trailers after them', async () => {
    const { rig, raw } = await rigFor((socket, _text, connection) => {
      const all = raw.received[connection] ?? '';
      if (/\r\n\r\nhello$/.test(all) || all.endsWith('\r\n\r\n')) {
        if (all.includes('hello')) socket.write(OK);
      }
    });
    const sized = rig.ask({
      method: 'PUT',
      headers: ['Host', 't', 'Content-Length', '5'],
      ended: false,
    });
    sized.stream?.write(Buffer.from('hello'));
    sized.stream?.end();
    expect((await sized.done()).body).toBe('ok');
    expect(raw.received[0]).toMatch(/content-length: 5\r\n/i);
    expect(raw.received[0]).not.toMatch(/transfer-encoding/i);
    const chunked = rig.ask({ method: 'POST', headers: ['Host', 't'], ended: false });
    chunked.stream?.write(Buffer.from('hello'));
    chunked.stream?.trailers('X-Sum\u00007\u0000Host\u0000evil');
    expect((await chunked.done()).body).toBe('ok');
    const sent = raw.received.join('');
    expect(sent).toMatch(/transfer-encoding: chunked\r\n/i);
    expect(sent).toContain('5\r\nhello\r\n0\r\nX-Sum: 7\r\n\r\n');
    expect(sent).not.toContain('evil');
  });

  it.each(['GET', 'DELETE', 'OPTIONS'])('sends the body of a %s', async (method) => {
    const { rig, raw } = await rigFor((socket, text) => {
      if (text.includes('hello')) socket.write(OK);
    });
    const asked = rig.ask({ method, headers: ['Host', 't', 'Content-Length', '5'], ended: false });
    asked.stream?.write(Buffer.from('hello'));
    asked.stream?.end();
    expect((await asked.done()).body).toBe('ok');
    expect(raw.received[0]).toMatch(/content-length: 5\r\n(?:.*\r\n)*\r\nhello$/i);
  });

  it('refuses a body that is not of its length', async () => {
    const { rig, raw } = await rigFor(() => {});
    const long = rig.ask({
      method: 'PUT',
      headers: ['Host', 't', 'Content-Length', '2'],
      ended: false,
    });
    long.stream?.write(Buffer.from('hello'));
    expect((await long.done()).reset?.code).toBe('SELLIA_PROTOCOL');
    const short = rig.ask({
      method: 'PUT',
      headers: ['Host', 't', 'Content-Length', '20'],
      ended: false,
    });
    short.stream?.write(Buffer.from('hello'));
    short.stream?.end();
    expect((await short.done()).reset?.code).toBe('SELLIA_PROTOCOL');
    await raw.until(
      () => raw.sockets.every((socket) => socket.readableEnded || socket.destroyed),
      'both connections to end',
    );
  });

  it('passes an answer that comes before the upload has ended, and stops the upload', async () => {
    const { rig } = await rigFor((socket, text) => {
      if (!text.includes('HTTP/1.1')) return;
      socket.pause();
      socket.end(
        'HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\nConnection: close\r\n\r\nbig',
        () => socket.destroy(),
      );
    });
    for (let round = 0; round < 20; round++) {
      const asked = rig.ask({ method: 'POST', headers: ['Host', 't'], ended: false });
      const chunk = pattern(64 * 1024);
      while (asked.stopped === undefined && !asked.ended && asked.reset === undefined) {
        if (asked.stream?.write(chunk) === false) await asked.until(() => true, 'nothing');
        await new Promise((resolve) => setImmediate(resolve));
      }
      await asked.done();
      expect([asked.reset, round]).toEqual([undefined, round]);
      expect(asked.head?.status).toBe(413);
      expect(asked.body).toBe('big');
      expect(asked.ended).toBe(true);
      await asked.until(() => asked.stopped !== undefined, 'the upload to be stopped');
    }
  });

  it('lets both directions flow at once', async () => {
    let begun = false;
    const { rig } = await rigFor((socket, text) => {
      // Echoes the chunked request as the response, chunks and all.
      const at = text.indexOf('\r\n\r\n');
      if (!begun) socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
      socket.write(begun ? text : text.slice(at + 4), 'latin1');
      begun = true;
    });
    const asked = rig.ask({ method: 'POST', headers: ['Host', 't'], ended: false });
    for (const part of ['one', 'two', 'three']) {
      asked.stream?.write(Buffer.from(part));
      await asked.until(() => asked.body.endsWith(part), `the echo of ${part}`);
    }
    asked.stream?.end();
    await asked.done();
    expect(asked.body).toBe('onetwothree');
    expect(asked.ended).toBe(true);
  });

  it('stops the upstream while the response is not read, and loses nothing', async () => {
    const size = 8 * 1024 * 1024;
    const { rig, raw } = await rigFor((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n`);
      socket.write(pattern(size));
    });
    const asked = rig.ask();
    asked.reads = false;
    await asked.until(() => asked.chunks.length >= 16, 'a window of bytes');
    await new Promise((resolve) => setImmediate(resolve));
    const held = asked.chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    expect(held).toBeLessThanOrEqual(256 * 1024);
    expect(raw.sockets[0]?.writableLength).toBeGreaterThan(0);
    asked.reads = true;
    asked.stream?.consume(held);
    await asked.done();
    expect(Buffer.concat(asked.chunks).equals(pattern(size))).toBe(true);
  });

  it('gives no credit for an upload that the upstream does not read, and loses nothing', async () => {
    const size = 8 * 1024 * 1024;
    const { rig, raw } = await rigFor((socket, text) => {
      if (text.includes('HTTP/1.1')) socket.pause();
    });
    const asked = rig.ask({
      method: 'POST',
      headers: ['Host', 't', 'Content-Length', `${size}`],
      ended: false,
    });
    asked.stream?.write(pattern(size));
    asked.stream?.end();
    await raw.until(() => raw.sockets.length === 1, 'the connection');
    const socket = raw.sockets[0] as Socket;
    expect(asked.stream?.sending).toBe('ended');
    await raw.until(() => (raw.received[0] ?? '').length > 0, 'the head');
    socket.resume();
    await raw.until(() => {
      const all = raw.received[0] ?? '';
      return all.length - all.indexOf('\r\n\r\n') - 4 >= size;
    }, 'the whole upload');
    const all = Buffer.from(raw.received[0] ?? '', 'latin1');
    expect(all.subarray(all.indexOf('\r\n\r\n') + 4).equals(pattern(size))).toBe(true);
    socket.write(OK);
    expect((await asked.done()).body).toBe('ok');
  });

  it.each([
    ['before the head', '', {}],
    ['in the body', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello', {}],
    ['in the upload', '', { method: 'POST', ended: false }],
  ] as [string, string, Ask][])(
    'lets the upstream go when the visitor leaves %s',
    async (_when, bytes, asked) => {
      const { rig, raw } = await rigFor((socket) => {
        if (bytes !== '') socket.write(bytes);
      });
      const answer = rig.ask(asked);
      if (asked.ended === false) answer.stream?.write(Buffer.from('some'));
      await raw.until(() => (raw.received[0] ?? '') !== '', 'the request');
      if (bytes !== '') await answer.until(() => answer.body === 'hello', 'the body');
      answer.stream?.abort('SELLIA_CANCELLED', 'the visitor left');
      const socket = raw.sockets[0] as Socket;
      await raw.until(() => socket.readableEnded || socket.destroyed, 'the connection to end');
      expect(raw.received[0]).not.toMatch(/\r\n0\r\n\r\n$/);
      expect(rig.link.streamCount).toBe(0);
    },
  );

  it('chooses the Host', async () => {
    const own = await rigFor(OK, { hostHeader: 'upstream' });
    await own.rig.ask().done();
    const { port } = own.raw.server.address() as import('node:net').AddressInfo;
    expect(own.raw.received[0]).toMatch(new RegExp(`host: 127\\.0\\.0\\.1:${port}\r\n`, 'i'));
    expect(own.raw.received[0]).not.toContain('t1.test');
    const fixed = await rigFor(OK, { hostHeader: 'app.local' });
    await fixed.rig.ask().done();
    expect(fixed.raw.received[0]).toMatch(/host: app\.local\r\n/i);
  });

  it('asks for trailers only when the visitor can take them', async () => {
    const { rig, raw } = await rigFor(OK);
    await rig.ask({ acceptsTrailers: true }).done();
    await rig
      .ask({ headers: ['Host', 't', 'TE', 'gzip', 'Connection', 'X-Drop', 'X-Drop', '1'] })
      .done();
    const sent = raw.received.join('');
    expect(sent).toMatch(/\r\nTE: trailers\r\n/i);
    expect(sent).not.toContain('gzip');
    expect(sent).not.toContain('X-Drop');
  });
});
