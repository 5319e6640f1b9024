import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type InProcessRig, judge, type OriginExchange, startRig } from '../src/rig/index.ts';
import {
  handshake,
  Opcode,
  SAMPLE_ACCEPT,
  SAMPLE_KEY,
  switchProtocols,
  webSocketFrame,
} from '../src/servers/upgrade.ts';

/** Upgrades: who gets one, who does not, and that nothing is smuggled behind a refused one. */

let rig: InProcessRig;
beforeAll(async () => {
  rig = await startRig();
});
afterEach(() => rig.reset());
afterAll(() => rig.close());

/** What a smuggler puts behind the handshake: it must never reach the origin. */
const BEHIND = 'GET /internal HTTP/1.1\r\nHost: one.test\r\n\r\n';

function expectNothingRaw(): void {
  for (const { reader } of rig.origin.connections) {
    expect(Buffer.concat(reader.raw).toString('latin1')).toBe('');
    expect(reader.badness).toBeUndefined();
  }
}

describe('agreed', () => {
  test('D01 the handshake of RFC 6455', async () => {
    rig.origin.script = (exchange) => switchProtocols(exchange);
    const visitor = await rig.send(handshake(rig));
    const response = await visitor.head();
    expect(response.status).toBe(101);
    expect(response.reason).toBe('Switching Protocols');
    expect(response.values('sec-websocket-accept')).toEqual([SAMPLE_ACCEPT]);
    expect(response.value('upgrade')).toBe('websocket');
    expect(response.value('connection')?.toLowerCase()).toBe('upgrade');
    const { request } = await rig.origin.exchange();
    expect(request.startLine).toBe('GET /chat HTTP/1.1');
    expect(request.values('sec-websocket-key')).toEqual([SAMPLE_KEY]);
    expect(request.values('upgrade')).toEqual(['websocket']);
    expect(request.values('sec-websocket-version')).toEqual(['13']);
    await rig.canary();
  });

  test('D13 a frame in the same segment as the handshake comes once, behind the 101', async () => {
    const early = webSocketFrame({
      opcode: Opcode.Text,
      payload: Buffer.from('early'),
      isMasked: true,
    });
    let beforeAnswer: number | undefined;
    rig.origin.script = async (exchange) => {
      await rig.canary();
      beforeAnswer = exchange.connection.receivedLength - exchange.request.rawHead.length;
      switchProtocols(exchange);
    };
    const visitor = await rig.send(Buffer.concat([Buffer.from(handshake(rig)), early]));
    expect((await visitor.head()).status).toBe(101);
    const { connection } = await rig.origin.exchange();
    await rig.origin.when(() => connection.raw.length >= early.length, 'the early frame');
    await rig.canary();
    expect(beforeAnswer).toBe(0);
    expect(connection.raw).toEqual(early);
  });

  test('D13 64 KiB behind the handshake while the origin thinks', async () => {
    const early = Buffer.alloc(64 * 1024, 'early');
    rig.origin.script = async (exchange) => {
      await rig.canary();
      switchProtocols(exchange);
    };
    await rig.send(Buffer.concat([Buffer.from(handshake(rig)), early]));
    const { connection } = await rig.origin.exchange();
    await rig.origin.when(() => connection.raw.length >= early.length, 'all early bytes');
    expect(connection.raw.equals(early)).toBe(true);
  });

  test('D14 three frames in the same segment as the 101', async () => {
    const texts = ['one', 'two', 'three'].map((text) => Buffer.from(text));
    const frames = texts.map((payload) => webSocketFrame({ opcode: Opcode.Text, payload }));
    rig.origin.script = (exchange) => switchProtocols(exchange, '', Buffer.concat(frames));
    const visitor = await rig.send(handshake(rig));
    const all = Buffer.concat(frames);
    await visitor.when(() => visitor.raw.length >= all.length, 'the greeting');
    expect(visitor.raw).toEqual(all);
  });

  test('D16 Cookie, Authorization, Origin and a header of its own arrive as sent', async () => {
    rig.origin.script = (exchange) =>
      switchProtocols(exchange, 'Set-Cookie: a=1\r\nSet-Cookie: b=2\r\n');
    const lines = {
      Cookie: 'session=1; other="x y"',
      AUTHORIZATION: 'Basic dTpw',
      Origin: 'http://page.example',
      'x-MiXeD': 'Value',
      'Sec-WebSocket-Extensions': 'permessage-deflate; client_max_window_bits',
    };
    const visitor = await rig.send(handshake(rig, '/chat?a=%2f&b', lines));
    expect((await visitor.head()).values('set-cookie')).toEqual(['a=1', 'b=2']);
    const { request } = await rig.origin.exchange();
    expect(request.target).toBe('/chat?a=%2f&b');
    const seen = request.rawHead.toString('latin1');
    for (const [name, value] of Object.entries(lines))
      expect(seen).toContain(`${name}: ${value}\r\n`);
  });

  for (const [what, chosen] of [
    ['the second of two', ['b']],
    ['none', []],
  ] as const) {
    test(`D17 the origin chooses ${what} subprotocols`, async () => {
      const lines = chosen.map((name) => `Sec-WebSocket-Protocol: ${name}\r\n`).join('');
      rig.origin.script = (exchange) => switchProtocols(exchange, lines);
      const visitor = await rig.send(handshake(rig, '/', { 'Sec-WebSocket-Protocol': 'a, b' }));
      expect((await visitor.head()).values('sec-websocket-protocol')).toEqual(chosen);
      const { request } = await rig.origin.exchange();
      expect(request.values('sec-websocket-protocol')).toEqual(['a, b']);
    });
  }

  test('D29 two hundred handshakes at once', async () => {
    rig.origin.script = (exchange) => switchProtocols(exchange);
    const one = async () => (await (await rig.send(handshake(rig))).head()).status;
    const statuses = await Promise.all(Array.from({ length: 200 }, one));
    expect(new Set(statuses)).toEqual(new Set([101]));
  });
});

describe('the origin answers wrongly', () => {
  const upgrade = 'Upgrade: websocket\r\n';
  const connection = 'Connection: Upgrade\r\n';
  const accept = `Sec-WebSocket-Accept: ${SAMPLE_ACCEPT}\r\n`;
  for (const [what, lines] of [
    ['a wrong Sec-WebSocket-Accept', `${upgrade}${connection}Sec-WebSocket-Accept: AAAA\r\n`],
    ['no Sec-WebSocket-Accept', `${upgrade}${connection}`],
    ['two of them', `${upgrade}${connection}${accept}Sec-WebSocket-Accept: AAAA\r\n`],
    ['no Upgrade', `${connection}${accept}`],
    ['another protocol', `Upgrade: h2c\r\n${connection}${accept}`],
    ['no Connection', `${upgrade}${accept}`],
  ] as const) {
    test(`D02 101 with ${what}`, async () => {
      rig.origin.script = (exchange) =>
        exchange.send(`HTTP/1.1 101 Switching\r\n${lines}\r\nraw bytes`);
      const visitor = await rig.send(handshake(rig));
      const { exchanges } = await judge(rig, visitor, { status: 502, requests: 1 });
      expect(visitor.received.toString('latin1')).not.toContain('raw bytes');
      await exchanges[0]?.connection.gone();
    });
  }

  test('D04 101 to a plain GET', async () => {
    rig.origin.script = (exchange) =>
      exchange.send(`HTTP/1.1 101 Switching Protocols\r\n${upgrade}${connection}${accept}\r\nraw`);
    const visitor = await rig.send(`GET / HTTP/1.1\r\n${rig.hostLine}\r\n`);
    const { exchanges } = await judge(rig, visitor, { status: 502, requests: 1, closes: false });
    await exchanges[0]?.connection.gone();
  });

  test('D34 no answer at all', async () => {
    await using slow = await startRig({ connectOptions: { limits: { headTimeoutMs: 200 } } });
    slow.origin.script = () => {};
    const visitor = await slow.send(handshake(slow));
    expect((await visitor.response()).status).toBe(504);
    await visitor.closed();
    await (await slow.origin.exchange()).connection.gone();
  });

  test('D35 the visitor leaves during the handshake', async () => {
    rig.origin.script = () => {};
    for (const leave of ['reset', 'destroy'] as const) {
      rig.origin.forget();
      rig.origin.script = () => {};
      const visitor = await rig.send(handshake(rig));
      const { connection } = await rig.origin.exchange();
      visitor[leave]();
      await connection.gone();
      await rig.settled();
    }
  });
});

describe('the origin refuses', () => {
  const refusals: [string, string, string][] = [
    ['400 Bad Request', '', 'no'],
    ['401 Unauthorized', 'WWW-Authenticate: Basic realm="x"\r\nwww-authenticate: Other\r\n', 'who'],
    ['403 Forbidden', 'X-Why: because\r\n', 'never'],
    ['404 Not Found', '', ''],
    ['302 Found', 'Location: https://elsewhere.example/\r\n', 'moved'],
    ['426 Upgrade Required', 'Sec-WebSocket-Version: 8, 7\r\n', 'old'],
    ['503 Busy Right Now', 'Retry-After: 7\r\n', 'later'],
    ['200 OK', '', 'a page'],
  ];
  for (const [status, lines, body] of refusals) {
    test(`D05 D37 with ${status}: the visitor gets just that, then the end`, async () => {
      refuseWith(`HTTP/1.1 ${status}\r\n${lines}Content-Length: ${body.length}\r\n\r\n${body}`);
      const visitor = await rig.send(handshake(rig) + BEHIND);
      const response = await visitor.response();
      expect(response.startLine).toBe(`HTTP/1.1 ${status}`);
      expect(response.text).toBe(body);
      expect(response.rawHead.toString('latin1')).toContain(lines);
      await visitor.closed();
      expect(visitor.messages.length).toBe(1);
      await rig.canary();
      expect(rig.origin.exchanges.length).toBe(1);
      expectNothingRaw();
    });
  }

  test('D05 with a chunked body', async () => {
    refuseWith('HTTP/1.1 403 No\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n');
    const visitor = await rig.send(handshake(rig));
    const response = await visitor.response();
    expect([response.status, response.text]).toEqual([403, 'abc']);
    await visitor.closed();
  });

  test('D05 with a body that ends with the connection', async () => {
    rig.origin.script = (exchange) => exchange.end('HTTP/1.1 403 No\r\n\r\nuntil the end');
    const visitor = await rig.send(handshake(rig));
    const response = await visitor.response();
    expect([response.status, response.text]).toEqual([403, 'until the end']);
    await visitor.closed();
  });

  test('D05 with a body of 1 MiB', async () => {
    const body = Buffer.alloc(1024 * 1024, 'x');
    refuseWith(`HTTP/1.1 503 No\r\nContent-Length: ${body.length}\r\n\r\n`, body);
    const visitor = await rig.send(handshake(rig));
    expect((await visitor.response()).bodyLength).toBe(body.length);
    await visitor.closed();
  });

  function refuseWith(...bytes: (string | Buffer)[]): void {
    rig.origin.script = (exchange: OriginExchange) => {
      for (const part of bytes) exchange.send(part);
    };
  }
});

describe('the visitor asks wrongly', () => {
  for (const [what, version] of [
    ['12', '12'],
    ['a list', '13, 8'],
    ['missing', null],
    ['empty', ''],
    ['padded', '013'],
  ] as const) {
    test(`D06 the version is ${what}`, async () => {
      const visitor = await rig.send(
        handshake(rig, '/', { 'Sec-WebSocket-Version': version }) + BEHIND,
      );
      const { response } = await judge(rig, visitor, { status: [400, 426], requests: 0 });
      if (response.status === 426) expect(response.value('sec-websocket-version')).toBe('13');
      expectNothingRaw();
    });
  }

  for (const [what, key] of [
    ['missing', null],
    ['empty', ''],
    ['of 15 bytes', Buffer.alloc(15).toString('base64')],
    ['of 17 bytes', Buffer.alloc(17).toString('base64')],
    ['not base64', '!!!!!!!!!!!!!!!!!!!!!!=='],
    ['given twice', `${SAMPLE_KEY}\r\nSec-WebSocket-Key: ${SAMPLE_KEY}`],
  ] as const) {
    test(`D07 the key is ${what}`, async () => {
      const visitor = await rig.send(handshake(rig, '/', { 'Sec-WebSocket-Key': key }) + BEHIND);
      await judge(rig, visitor, { status: 400, requests: 0 });
    });
  }

  const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';
  for (const [what, lines] of [
    [
      'h2c',
      { Upgrade: 'h2c', Connection: 'Upgrade, HTTP2-Settings', 'HTTP2-Settings': 'AAMAAABk' },
    ],
    ['websocket and h2c', { Upgrade: 'websocket, h2c' }],
    ['h2c, then websocket', { Upgrade: 'h2c\r\nUpgrade: websocket' }],
    ['TLS', { Upgrade: 'TLS/1.0' }],
  ] as const) {
    test(`D08 an upgrade to ${what} is none, and what follows stays out`, async () => {
      const visitor = await rig.send(handshake(rig, '/', lines) + PREFACE);
      const { status } = await visitor.response();
      expect([200, 400]).toContain(status);
      await visitor.closed();
      await rig.canary();
      for (const { received } of rig.origin.connections) {
        const seen = received.toString('latin1');
        expect(seen).not.toContain('PRI *');
        expect(seen.toLowerCase()).not.toContain('\r\nupgrade:');
        expect(seen.toLowerCase()).not.toContain('http2-settings');
      }
    });
  }

  for (const [what, method, lines, body] of [
    ['POST with a length', 'POST', 'Content-Length: 5\r\n', 'hello'],
    ['POST in chunks', 'POST', 'Transfer-Encoding: chunked\r\n', '5\r\nhello\r\n0\r\n\r\n'],
    ['GET with a length', 'GET', 'Content-Length: 5\r\n', 'hello'],
    ['GET in chunks', 'GET', 'Transfer-Encoding: chunked\r\n', '0\r\n\r\n'],
    ['POST without a body', 'POST', '', ''],
    ['PUT without a body', 'PUT', 'Content-Length: 0\r\n', ''],
  ] as const) {
    test(`D10 an upgrade by ${what}`, async () => {
      const head = handshake(rig).replace('GET', method).replace('\r\n\r\n', `\r\n${lines}\r\n`);
      const visitor = await rig.send(head + body + BEHIND);
      await judge(rig, visitor, { status: 400, requests: 0 });
    });
  }

  test('D11 an upgrade in HTTP/1.0 is none', async () => {
    const visitor = await rig.send(handshake(rig).replace('HTTP/1.1', 'HTTP/1.0'));
    expect([200, 400]).toContain((await visitor.response()).status);
    for (const { request } of rig.origin.exchanges) expect(request.has('upgrade')).toBe(false);
  });

  for (const connection of [null, 'keep-alive', 'close']) {
    test(`D12 Upgrade with Connection: ${connection} is a plain request`, async () => {
      const visitor = await rig.send(handshake(rig, '/plain', { Connection: connection }));
      expect((await visitor.response()).text).toBe('GET /plain\n');
      expect((await rig.origin.exchange()).request.has('upgrade')).toBe(false);
    });
  }

  for (const connection of ['upgrade', 'keep-alive, Upgrade', 'UPGRADE ,\tkeep-alive']) {
    test(`D12 Upgrade with Connection: ${JSON.stringify(connection)} is one`, async () => {
      rig.origin.script = (exchange) => switchProtocols(exchange);
      const visitor = await rig.send(
        handshake(rig, '/', { Connection: connection, Upgrade: 'WebSocket' }),
      );
      expect((await visitor.head()).status).toBe(101);
    });
  }

  test('D36 an absolute target that names another host', async () => {
    const visitor = await rig.send(handshake(rig, 'http://169.254.169.254/'));
    await judge(rig, visitor, { status: 400, requests: 0 });
  });

  test('D37 a request behind a handshake that fails is not passed as raw bytes', async () => {
    const visitor = await rig.send(handshake(rig, '/', { 'Sec-WebSocket-Key': 'short' }) + BEHIND);
    await judge(rig, visitor, { status: 400, requests: 0 });
    expectNothingRaw();
  });
});
