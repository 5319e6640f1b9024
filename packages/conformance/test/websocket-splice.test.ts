import { createHash, randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { SteppedClock } from '../src/control-peer/stepped-clock.ts';
import {
  type InProcessRig,
  type OriginConnection,
  startRig,
  type Visitor,
} from '../src/rig/index.ts';
import { handshake, Opcode, switchProtocols, webSocketFrame } from '../src/servers/upgrade.ts';

/** After the 101 bytes are bytes: nothing in between reads, answers, joins or splits a frame. */

let rig: InProcessRig;
beforeAll(async () => {
  rig = await startRig();
});
afterEach(() => rig.reset());
afterAll(() => rig.close());

interface Spliced {
  readonly visitor: Visitor;
  readonly connection: OriginConnection;
}

async function spliced(on = rig, lines = '', visit = {}): Promise<Spliced> {
  on.origin.script = (exchange) => switchProtocols(exchange, lines);
  const visitor = await on.send(handshake(on, '/'), visit);
  expect((await visitor.head()).status).toBe(101);
  return { visitor, connection: (await on.origin.exchange()).connection };
}

/** Sends these bytes both ways and expects exactly these, nothing more, on either side. */
async function expectTransparent({ visitor, connection }: Spliced, bytes: Buffer): Promise<void> {
  visitor.send(bytes);
  connection.socket.write(bytes);
  await rig.origin.when(() => connection.raw.length >= bytes.length, 'the bytes of the visitor');
  await visitor.when(() => visitor.raw.length >= bytes.length, 'the bytes of the origin');
  await rig.canary();
  expect(connection.raw.equals(bytes)).toBe(true);
  expect(visitor.raw.equals(bytes)).toBe(true);
}

describe('bytes', () => {
  test('D18 compressed messages and the line that agreed on them', async () => {
    const extensions = 'permessage-deflate; server_no_context_takeover; client_max_window_bits=10';
    const pair = await spliced(rig, `Sec-WebSocket-Extensions: ${extensions}\r\n`);
    const head = pair.visitor.messages[0];
    expect(head?.values('sec-websocket-extensions')).toEqual([extensions]);
    const payload = Buffer.from('f248cdc9c90700', 'hex');
    await expectTransparent(pair, webSocketFrame({ opcode: Opcode.Text, payload, rsv1: true }));
  });

  test('D19 pings of 0, 4 and 125 bytes, which nobody in between answers', async () => {
    const pings = [0, 4, 125].map((length) =>
      webSocketFrame({ opcode: Opcode.Ping, payload: Buffer.alloc(length, 'p') }),
    );
    await expectTransparent(await spliced(), Buffer.concat(pings));
  });

  test('D20 a thousand fragments with pings between', async () => {
    const ping = webSocketFrame({ opcode: Opcode.Ping, payload: Buffer.from('ping') });
    const frames: Buffer[] = [];
    for (let i = 0; i < 1_000; i++) {
      const opcode = i === 0 ? Opcode.Binary : Opcode.Continuation;
      frames.push(
        webSocketFrame({ opcode, payload: randomBytes(i % 300), isFinal: i === 999 }),
        ping,
      );
    }
    await expectTransparent(await spliced(), Buffer.concat(frames));
  });

  const invalid: [string, Buffer][] = [
    ...[0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999, 65_535].map(closeFrame),
    ['a close of one byte', webSocketFrame({ opcode: Opcode.Close, payload: Buffer.of(3) })],
    [
      'a close reason of 124 bytes',
      webSocketFrame({ opcode: Opcode.Close, payload: Buffer.alloc(126) }),
    ],
    ['bad UTF-8', webSocketFrame({ opcode: Opcode.Text, payload: Buffer.from('c328', 'hex') })],
    ['a reserved opcode', webSocketFrame({ opcode: 3 })],
    ['a reserved control opcode', webSocketFrame({ opcode: 15 })],
    ['all reserved bits', Buffer.from('f100', 'hex')],
    ['a continuation of nothing', webSocketFrame({ opcode: Opcode.Continuation })],
    ['a fragmented ping', webSocketFrame({ opcode: Opcode.Ping, isFinal: false })],
    ['a length of 2^63', Buffer.from('827f8000000000000000', 'hex')],
    ['what is no frame at all', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
  ];
  for (const [what, bytes] of invalid) {
    test(`D22 ${what} passes: the ends decide`, async () => {
      await expectTransparent(await spliced(), bytes);
    });
  }

  function closeFrame(code: number): [string, Buffer] {
    const payload = Buffer.from([code >> 8, code & 255, 0x78]);
    return [`close code ${code}`, webSocketFrame({ opcode: Opcode.Close, payload })];
  }

  test('D25 bytes written one at a time', async () => {
    const pair = await spliced();
    const bytes = randomBytes(2_000);
    await pair.visitor.trickle(bytes);
    await rig.origin.when(() => pair.connection.raw.length >= bytes.length, 'all of them');
    expect(pair.connection.raw.equals(bytes)).toBe(true);
  });

  const bulks: [string, () => Buffer][] = [
    [
      'a frame of 16 MiB',
      () => webSocketFrame({ opcode: 2, payload: randomBytes(16 * 1024 * 1024) }),
    ],
    ['100,000 messages of a byte', () => repeated(100_000, Opcode.Binary, true)],
    ['D32 300,000 fragments of a byte', () => repeated(300_000, Opcode.Continuation, false)],
  ];
  for (const [what, make] of bulks) {
    test(`D25 ${what}, there and back`, async () => {
      const bytes = make();
      const { visitor, connection } = await spliced();
      connection.socket.pipe(connection.socket);
      const sent = createHash('sha256').update(bytes).digest('hex');
      visitor.send(bytes);
      const head = visitor.messages[0]?.rawHead.length ?? 0;
      const isThere = () => visitor.receivedLength >= head + bytes.length;
      await visitor.when(isThere, 'the echo', 30_000);
      expect(createHash('sha256').update(visitor.raw).digest('hex')).toBe(sent);
    });
  }

  function repeated(count: number, opcode: number, isFinal: boolean): Buffer {
    const frames: Buffer[] = [];
    for (let i = 0; i < count; i++) {
      frames.push(webSocketFrame({ opcode, isFinal, payload: Buffer.of(i & 255) }));
    }
    return Buffer.concat(frames);
  }
});

describe('ends', () => {
  test('D23 the origin drops the connection by FIN, without a close frame', async () => {
    const { visitor, connection } = await spliced();
    connection.socket.write('last');
    connection.socket.end();
    await visitor.closed();
    expect(visitor.raw.toString()).toBe('last');
    await connection.gone();
  });

  test('D23 the origin drops the connection by RST', async () => {
    const { visitor, connection } = await spliced();
    connection.socket.resetAndDestroy();
    expect(await visitor.closed()).toBe('reset');
    expect(visitor.raw.length).toBe(0);
  });

  test('D23 the visitor drops the connection by FIN', async () => {
    const { visitor, connection } = await spliced();
    visitor.send('last');
    visitor.end();
    expect(await connection.gone()).toBe('fin');
    expect(connection.raw.toString()).toBe('last');
    await visitor.closed();
  });

  test('D23 the visitor drops the connection by RST', async () => {
    const { visitor, connection } = await spliced();
    visitor.reset();
    await connection.gone();
    await rig.settled();
    await rig.origin.when(() => connection.isClosed, 'a closed connection');
  });

  test('D24 the origin closes while the visitor still sends', async () => {
    const pair = await spliced(rig, '', { holdsOpen: true });
    const { visitor, connection } = pair;
    const close = webSocketFrame({ opcode: Opcode.Close, payload: Buffer.from([3, 0xe8]) });
    connection.socket.end(close);
    await visitor.closed();
    expect(visitor.raw).toEqual(close);
    for (let i = 0; i < 10; i++) {
      visitor.send(`frame ${i};`);
      const wanted = `frame ${i};`;
      await rig.origin.when(() => connection.raw.toString().endsWith(wanted), wanted);
    }
    visitor.end();
    expect(await connection.gone()).toBe('fin');
    await rig.settled();
  });
});

describe('time and room', () => {
  test('D26 a visitor that does not read stops its origin, and nobody else', async () => {
    const { visitor, connection } = await spliced();
    visitor.pause();
    const chunk = Buffer.alloc(64 * 1024);
    const taken = () => connection.socket.bytesWritten - connection.socket.writableLength;
    let last = -1;
    // Stalled: the origin has more to send, and three other exchanges pass without it moving.
    for (let quiet = 0; quiet < 3; quiet = taken() === last ? quiet + 1 : 0) {
      last = taken();
      for (let i = 0; i < 64 && connection.socket.write(chunk); i++);
      await rig.canary();
    }
    expect(taken()).toBeLessThan(24 * 1024 * 1024);
    visitor.destroy();
    await connection.gone();
  });

  test('D28 an idle connection stays open for an hour', async () => {
    const clock = new SteppedClock();
    await using still = await startRig({ relayOptions: { clock }, connectOptions: { clock } });
    const pair = await spliced(still);
    await clock.advance(3_600_000);
    pair.visitor.send('still there');
    await still.origin.when(() => pair.connection.raw.length > 0, 'a byte after an hour');
    expect(pair.visitor.isOpen).toBe(true);
  });
});
