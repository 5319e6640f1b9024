import { type ErrorCode, FrameType, limits } from '@sellia/protocol';
import { describe, expect, test } from 'vitest';
import { AttackedRelay } from '../src/control-peer/attacked-relay.ts';
import { expectGoaway } from '../src/control-peer/expect-goaway.ts';
import {
  controlFrame,
  countFrame,
  dataFrame,
  drainFrame,
  frame,
  headFrame,
  helloFrame,
  latin1,
  rawHeader,
  welcomeFrame,
  windowFrame,
} from '../src/control-peer/frames.ts';
import { CONTROL_PATH, dialRelay } from '../src/control-peer/hostile-client.ts';

/** A client that breaks the protocol before it has a stream: greeting, messages, control. */

const attacked = AttackedRelay.inThisFile();

describe('greeting', () => {
  for (const version of [0, 2]) {
    test(`H01 version ${version}, which this relay does not speak, is refused with a reason`, async () => {
      const peer = await attacked.stranger();
      peer.send(helloFrame({ version }));
      await expectGoaway(peer, 'SELLIA_VERSION');
    });
  }

  test('H01 unknown capabilities and fields of a newer client are tolerated', async () => {
    const peer = await attacked.stranger();
    peer.send(helloFrame({ capabilities: ['unheard-of'], news: { deep: [1] } }));
    expect((await peer.takeWelcome()).version).toBe(limits.PROTOCOL_VERSION);
  });

  test('H02 who says nothing is closed after 10 s', async () => {
    const peer = await attacked.stranger();
    await attacked.clock.advance(9_000);
    expect(peer.isClosed).toBe(false);
    await attacked.clock.advance(2_000);
    await expectGoaway(peer, 'SELLIA_HELLO_TIMEOUT');
  });

  const early: [string, Uint8Array][] = [
    ['control', controlFrame({ type: 'tunnel.closed', tunnel: 1, reason: '' })],
    ['head', headFrame(1, 200)],
    ['data', dataFrame(1, 'x')],
    ['window', windowFrame(1, 1)],
    ['ping', countFrame(FrameType.Ping, 1)],
    ['ack', countFrame(FrameType.Ack, 0)],
    ['drain', drainFrame(0)],
    ['welcome', welcomeFrame()],
    ['resume', frame(FrameType.Resume, 0, latin1('{}'))],
    ['an optional unknown frame', frame(0x80 | 0x2f, 0, latin1('?'))],
    ['an optional unknown frame of a stream', frame(0xb3, 3, latin1('?'))],
  ];
  for (const [what, bytes] of early) {
    test(`H02 ${what} before the greeting closes the session`, async () => {
      const peer = await attacked.stranger();
      peer.send(bytes);
      await expectGoaway(peer, 'SELLIA_PROTOCOL');
    });
  }

  test('H02 a greeting of 5 KiB is refused before it is read', async () => {
    const peer = await attacked.stranger();
    peer.send(helloFrame({ agent: 'a'.repeat(5 * 1024) }));
    await expectGoaway(peer, 'SELLIA_FRAME_TOO_LARGE');
  });

  test('H02 a second greeting closes the session', async () => {
    const peer = await attacked.greeted();
    peer.send(helloFrame());
    await expectGoaway(peer, 'SELLIA_PROTOCOL');
  });

  const wrong: [string, string | Record<string, unknown>][] = [
    ['no JSON', 'hello'],
    ['an array', '[]'],
    ['null', 'null'],
    ['nothing', ''],
    ['no version', '{"capabilities":[],"initialWindow":1,"maxStreams":1,"agent":"a"}'],
    ['a text for a number', { maxStreams: '9' }],
    ['a negative number', { maxStreams: -1 }],
    ['a fraction', { initialWindow: 0.5 }],
    ['a number past 2^53', { maxStreams: 2 ** 60 }],
    ['a window past 2^31-1', { initialWindow: 2 ** 31 }],
    ['capabilities that are no texts', { capabilities: [1] }],
    ['an agent that is an object', { agent: {} }],
  ];
  for (const [what, fields] of wrong) {
    test(`H24 a greeting with ${what} is refused`, async () => {
      const peer = await attacked.stranger();
      const isText = typeof fields === 'string';
      peer.send(isText ? frame(FrameType.Hello, 0, latin1(fields)) : helloFrame(fields));
      const ending = await peer.ending();
      expect(['SELLIA_PROTOCOL', 'SELLIA_FLOW_CONTROL']).toContain(ending.code);
    });
  }
});

describe('messages', () => {
  test('H03 a text message is refused', async () => {
    const peer = await attacked.greeted();
    peer.socket.send('hello');
    expect((await peer.ending()).closeCode).toBe(1003);
  });

  test('H04 a message over the limit is refused before it is held', async () => {
    const peer = await attacked.greeted();
    peer.socket.send(Buffer.alloc(1024 * 1024));
    expect((await peer.ending()).closeCode).toBe(1009);
  });

  const malformed: [string, Uint8Array[], ErrorCode][] = [
    ['an empty message', [], 'SELLIA_PROTOCOL'],
    ['a truncated header', [rawHeader(1, FrameType.Data, 4).subarray(0, 5)], 'SELLIA_PROTOCOL'],
    ['a header without its payload', [rawHeader(1, FrameType.Data, 4)], 'SELLIA_PROTOCOL'],
    [
      'a length that is too long',
      [rawHeader(0, FrameType.Control, 100), latin1('{}')],
      'SELLIA_PROTOCOL',
    ],
    [
      'a length that is too short',
      [rawHeader(1, FrameType.Window, 4), latin1('123456')],
      'SELLIA_PROTOCOL',
    ],
    [
      'DATA over its limit',
      [rawHeader(1, FrameType.Data, limits.DATA_MAX + 1)],
      'SELLIA_FRAME_TOO_LARGE',
    ],
    ['a length of 16 MiB', [rawHeader(0, FrameType.Control, 0xffffff)], 'SELLIA_FRAME_TOO_LARGE'],
    ['PING of 7 bytes', [frame(FrameType.Ping, 0, latin1('1234567'))], 'SELLIA_PROTOCOL'],
    ['ACK past what was sent', [countFrame(FrameType.Ack, 1_000)], 'SELLIA_PROTOCOL'],
    ['DRAIN of 3 bytes', [frame(FrameType.Drain, 0, latin1('123'))], 'SELLIA_PROTOCOL'],
    ['GOAWAY of 1 byte', [frame(FrameType.Goaway, 0, latin1('1'))], 'SELLIA_PROTOCOL'],
  ];
  for (const [what, bytes, code] of malformed) {
    test(`H05 ${what}`, async () => {
      const peer = await attacked.greeted();
      peer.send(...bytes);
      await expectGoaway(peer, code);
    });
  }

  test('H05 half a frame in one message and half in the next', async () => {
    const peer = await attacked.greeted();
    const whole = countFrame(FrameType.Ping, 1);
    peer.send(whole.subarray(0, 9));
    peer.send(whole.subarray(9));
    await expectGoaway(peer, 'SELLIA_PROTOCOL');
  });

  test('H06 an unknown frame that says it may be ignored is ignored', async () => {
    const tunnel = await attacked.tunnel('optional');
    tunnel.peer.send(frame(0x80 | 0x0f, 0, latin1('?')), frame(0x80 | 0x2f, 0, latin1('?')));
    const visitor = await attacked.visit(tunnel);
    const { streamId } = await tunnel.peer.takeType(FrameType.Open);
    tunnel.peer.send(frame(0x80 | 0x0f, streamId, latin1('?')), headFrame(streamId, 200, [], true));
    expect((await visitor.response()).status).toBe(200);
  });

  for (const type of [0x00, 0x0b, 0x17, 0x2f, 0x3f]) {
    test(`H06 the unknown frame ${type} closes the session`, async () => {
      const peer = await attacked.greeted();
      peer.send(frame(type, 0));
      await expectGoaway(peer, 'SELLIA_PROTOCOL');
    });
  }
});

describe('control messages', () => {
  const broken: [string, string][] = [
    ['no JSON', '{'],
    ['a number', '7'],
    ['a required message of an unknown type', '{"type":"news","required":true}'],
    [
      'a field of the wrong type',
      '{"type":"tunnel.open","tunnel":"1","kind":"http","name":"","lease":""}',
    ],
    ['a missing field', '{"type":"tunnel.open","tunnel":1}'],
    ['10,000 arrays in one another', '['.repeat(8_000) + ']'.repeat(8_000)],
  ];
  for (const [what, text] of broken) {
    test(`H24 ${what}`, async () => {
      const peer = await attacked.greeted();
      peer.send(frame(FrameType.Control, 0, latin1(text)));
      await expectGoaway(peer, 'SELLIA_PROTOCOL');
    });
  }

  test('H24 2 MiB of JSON', async () => {
    const peer = await attacked.greeted();
    peer.send(rawHeader(0, FrameType.Control, 2 * 1024 * 1024));
    await expectGoaway(peer, 'SELLIA_FRAME_TOO_LARGE');
  });

  test('H24 __proto__, doubled keys and lone surrogates do no harm', async () => {
    const peer = await attacked.greeted();
    const text =
      '{"__proto__":{"polluted":1},"type":"x","type":"tunnel.open","tunnel":1,"kind":"http",' +
      '"name":"\\ud800","lease":"\\udfff","constructor":{"prototype":{"polluted":1}}}';
    peer.send(frame(FrameType.Control, 0, latin1(text)));
    expect((await peer.takeControl('tunnel.refused')).code).toBe('SELLIA_NAME_INVALID');
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  test('H24 messages that only a relay sends are no way in', async () => {
    const peer = await attacked.greeted();
    peer.send(
      controlFrame({ type: 'tunnel.ready', tunnel: 1, name: 'bystander', url: '', lease: '' }),
      controlFrame({ type: 'tunnel.closed', tunnel: 99, reason: 'not mine' }),
    );
    const ended = await Promise.race([peer.closed, peer.barrier()]);
    if (ended !== undefined) expect(ended.code).toBe('SELLIA_PROTOCOL');
  });
});

describe('handshake', () => {
  test('H19 permessage-deflate is offered and not negotiated', async () => {
    const peer = await attacked.stranger({ offersDeflate: true });
    expect(peer.socket.extensions).toBe('');
  });

  test('H35 an upgrade with an Origin is refused with 403', async () => {
    const dial = dialRelay(attacked.relay.url, { headers: { Origin: 'http://evil.example' } });
    await expect(dial).rejects.toMatchObject({ status: 403 });
  });

  test('H35 an upgrade without the subprotocol opens no session', async () => {
    const dial = dialRelay(attacked.relay.url, { protocols: ['chat'] });
    await expect(dial).rejects.toThrow();
  });

  test('H20 a million one-byte fragments', async () => {
    const visitor = await attacked.visitor();
    visitor.send(
      `GET ${CONTROL_PATH} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n` +
        'Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n' +
        `Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n` +
        `Sec-WebSocket-Protocol: ${limits.SUBPROTOCOL}\r\n\r\n`,
    );
    expect((await visitor.head()).status).toBe(101);
    // Binary, not final, masked with zeros, one byte; then as many continuations of one byte.
    visitor.send(Buffer.from('028100000000aa', 'hex'));
    const thousand = Buffer.concat(Array(1_000).fill(Buffer.from('008100000000aa', 'hex')));
    for (let i = 0; i < 1_000 && visitor.isOpen; i++) visitor.send(thousand);
    await visitor.closed();
    if (visitor.raw.length > 0) {
      expect(visitor.raw[0]).toBe(0x88);
      expect([1008, 1009]).toContain(visitor.raw.readUInt16BE(2));
    }
  });
});
