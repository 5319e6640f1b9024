/** 2.E, E29: a client that lies at the protocol level. Its own stream fails; nobody else notices. */
import { FrameType } from '@sellia/protocol';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { ControlPeer } from '../src/control-peer/control-peer.ts';
import { dataFrame, frame, headFrame, latin1, resetFrame } from '../src/control-peer/frames.ts';
import { openTunnel } from '../src/control-peer/hostile-client.ts';
import { type InProcessRig, startRig, type Visitor } from '../src/rig/index.ts';

let rig: InProcessRig;
let peer: ControlPeer;
let tunnels = 0;
let host = '';

beforeAll(async () => {
  rig = await startRig();
});
afterEach(async () => {
  peer.terminate();
  await rig.reset();
});
afterAll(() => rig.close());

/** A visitor whose request has reached the hostile client; the stream's number with it. */
async function asked(
  options: { method?: string; version?: string; headers?: string } = {},
): Promise<[Visitor, number]> {
  const name = `hostile-${++tunnels}`;
  host = `${name}.test`;
  ({ peer } = await openTunnel(`http://127.0.0.1:${rig.port}`, name));
  const { method = 'GET', version = 'HTTP/1.1', headers = '' } = options;
  const visitor = await rig.send(`${method} / ${version}\r\nHost: ${host}\r\n${headers}\r\n`, {
    methods: [method],
  });
  const { streamId } = await peer.takeType(FrameType.Open);
  return [visitor, streamId];
}

const head = (id: number, text: string, end = false) =>
  frame(FrameType.Head, id, latin1(text), end);

/** 502, or nothing but the end; never a word of the liar's; and the other tunnel works. */
async function fails(visitor: Visitor): Promise<void> {
  await visitor.when(
    () => visitor.messages[0]?.isComplete === true || !visitor.isOpen,
    'an answer or the end',
  );
  for (const { status } of visitor.messages) expect(status).toBe(502);
  expect(visitor.received.toString('latin1')).not.toMatch(/evil|poison/i);
  await rig.canary();
}

/** The head has come, so the lie behind it can only be cut off, visibly. */
async function isCut(visitor: Visitor): Promise<void> {
  const isOwn = () => visitor.messages[0]?.status === 502 && visitor.messages[0].isComplete;
  await visitor.when(() => isOwn() || !visitor.isOpen, 'an answer of the relay, or the end');
  const [message] = visitor.messages;
  if (message?.status !== 502)
    expect(message).toMatchObject({ isComplete: false, isAborted: true });
  expect(visitor.received.toString('latin1')).not.toMatch(/poison/i);
  await rig.canary();
}

describe('E29 heads that must not be written', () => {
  const heads = [
    '200\0OK\0X\0a\r\nEvil: 1',
    '200\0OK\r\nEvil: 1',
    '200\0OK\0X\r\nEvil\0a',
    '200\0OK\0X\0a\nEvil: 1',
    '200\0OK\0X\0a\rEvil: 1',
    '200\0OK\0:\0evil',
    '200\0OK\0\0evil',
    '200\0OK\0X Y\0evil',
    '200\0OK\0X\xff\0evil',
    '200\0OK\0X',
    '200\0OK\0Content-Length\x005\0Content-Length\x005',
    '200\0OK\0Content-Length\x005\0Content-Length\x006',
    '200\0OK\0Content-Length\x005\0Transfer-Encoding\0chunked',
    '200\0OK\0Transfer-Encoding\0chunked',
    '200\0OK\0Transfer-Encoding\0gzip',
    '200\0OK\0Content-Length\0abc',
    '200\0OK\0Content-Length\0+5',
    '200\0OK\0Content-Length\x00005',
    '200\0OK\0Content-Length\x005, 5',
    '200\0OK\0Content-Length\0-1',
    '200\0OK\0Content-Length\x0099999999999999999999',
    '99\0OK',
    '099\0OK',
    '1000\0OK',
    '600\0OK',
    '999\0OK',
    '0\0OK',
    '-200\0OK',
    '2e2\0OK',
    '200.0\0OK',
    '\0OK',
    'abc\0OK',
    ' 200\0OK',
    '100\0Continue',
    '101\0Switching Protocols',
    '103\0Early Hints',
    '200\0OK\x1b[2Jevil',
    '200\0OK\0X\0evil\x7f',
    '',
    '101\0Switching Protocols\0Upgrade\0websocket\0Connection\0Upgrade',
  ];
  for (const text of heads) {
    test(`E29 ${JSON.stringify(text)}`, async () => {
      const [visitor, id] = await asked();
      peer.send(head(id, text), dataFrame(id, 'poison', true));
      await fails(visitor);
    });
  }

  test('E29 1,001 header lines', async () => {
    const [visitor, id] = await asked();
    peer.send(head(id, `200\0OK${'\0X\0evil'.repeat(1_001)}`, true));
    await fails(visitor);
  });
});

describe('E29 frames out of order', () => {
  test('E29 DATA before HEAD', async () => {
    const [visitor, id] = await asked();
    peer.send(dataFrame(id, 'poison'), headFrame(id, 200, [], true));
    await fails(visitor);
  });

  test('E29 END before HEAD', async () => {
    const [visitor, id] = await asked();
    peer.send(dataFrame(id, '', true));
    await fails(visitor);
  });

  test('E29 TRAILERS before HEAD', async () => {
    const [visitor, id] = await asked();
    peer.send(frame(FrameType.Trailers, id, latin1('X\0evil')), headFrame(id, 200, [], true));
    await fails(visitor);
  });

  test('E29 HEAD twice', async () => {
    const [visitor, id] = await asked();
    peer.send(
      headFrame(id, 200, ['Content-Length', '5']),
      headFrame(id, 200, ['X', 'poison']),
      dataFrame(id, 'hello', true),
    );
    await isCut(visitor);
  });

  test('E29 HEAD in mid-body', async () => {
    const [visitor, id] = await asked();
    peer.send(
      headFrame(id, 200),
      dataFrame(id, 'he'),
      headFrame(id, 200, ['X', 'poison']),
      dataFrame(id, 'llo', true),
    );
    await isCut(visitor);
  });

  test('E29 INFO after HEAD', async () => {
    const [visitor, id] = await asked();
    peer.send(
      headFrame(id, 200),
      dataFrame(id, 'he'),
      frame(FrameType.Info, id, latin1('103\0x\0Link\0poison')),
      dataFrame(id, 'llo', true),
    );
    await isCut(visitor);
  });

  test('E29 INFO that is final, or 101', async () => {
    for (const status of ['200', '101', '404', '99']) {
      const [visitor, id] = await asked();
      peer.send(frame(FrameType.Info, id, latin1(`${status}\0evil`)), headFrame(id, 502, [], true));
      await fails(visitor);
      peer.terminate();
    }
  });

  test('E29 2,000 INFO', async () => {
    const [visitor, id] = await asked();
    for (let i = 0; i < 2_000; i++)
      peer.send(frame(FrameType.Info, id, latin1('103\0Early\0Link\0<x>')));
    await visitor.when(() => !visitor.isOpen || visitor.messages.length > 0, 'an end');
    for (const { status } of visitor.messages) expect(status).toBe(502);
    expect(visitor.received.toString('latin1').split('103 Early').length).toBeLessThan(100);
    await rig.canary();
  });

  test('E29 DATA after END', async () => {
    const [visitor, id] = await asked();
    peer.send(
      headFrame(id, 200, ['Content-Length', '5']),
      dataFrame(id, 'hello', true),
      dataFrame(id, 'poison', true),
    );
    const response = await visitor.response();
    expect(response.text).toBe('hello');
    expect(visitor.received.toString('latin1')).not.toContain('poison');
    await rig.canary();
  });
});

describe('E29 bodies that are not of their length', () => {
  test('E29 more than Content-Length', async () => {
    const [visitor, id] = await asked();
    peer.send(headFrame(id, 200, ['Content-Length', '5']), dataFrame(id, 'hellopoison', true));
    await isCut(visitor);
  });

  test('E29 more than Content-Length, one frame later', async () => {
    const [visitor, id] = await asked();
    peer.send(headFrame(id, 200, ['Content-Length', '5']), dataFrame(id, 'hello'));
    await visitor.when(() => visitor.received.includes('hello'), 'five bytes');
    peer.send(dataFrame(id, 'poison', true));
    await rig.canary();
    expect(visitor.received.toString('latin1')).not.toContain('poison');
  });

  test('E29 END short of Content-Length', async () => {
    const [visitor, id] = await asked();
    peer.send(headFrame(id, 200, ['Content-Length', '10']), dataFrame(id, 'hello', true));
    await isCut(visitor);
  });

  test('E29 END on the head short of Content-Length', async () => {
    const [visitor, id] = await asked();
    peer.send(headFrame(id, 200, ['Content-Length', '10'], true));
    await isCut(visitor);
  });

  test('E29 RESET in mid-body', async () => {
    const [visitor, id] = await asked();
    peer.send(headFrame(id, 200), dataFrame(id, 'he'), resetFrame(id, 'SELLIA_UPSTREAM_RESET'));
    await isCut(visitor);
  });

  for (const status of [204, 304]) {
    test(`E29 a body behind ${status}`, async () => {
      const [visitor, id] = await asked();
      peer.send(headFrame(id, status), dataFrame(id, 'poison', true));
      await visitor.when(() => visitor.messages.length > 0 || !visitor.isOpen, 'an answer');
      await rig.canary();
      expect(visitor.received.toString('latin1')).not.toContain('poison');
    });
  }

  test('E29 a body behind the answer to HEAD', async () => {
    const [visitor, id] = await asked({ method: 'HEAD' });
    peer.send(headFrame(id, 200, ['Content-Length', '6']), dataFrame(id, 'poison', true));
    await visitor.when(() => visitor.messages.length > 0 || !visitor.isOpen, 'an answer');
    await rig.canary();
    expect(visitor.received.toString('latin1')).not.toContain('poison');
  });
});

describe('E29 trailers', () => {
  for (const trailers of [
    'X\0a\r\nEvil: 1',
    'X',
    ':\0evil',
    'X\0evil\x01',
    'Content-Length\x009',
    'Transfer-Encoding\0poison',
    'Set-Cookie\0poison=1',
    'X-Sellia-X\0poison',
  ]) {
    test(`E29 ${JSON.stringify(trailers)}`, async () => {
      const [visitor, id] = await asked({ headers: 'TE: trailers\r\nConnection: TE\r\n' });
      peer.send(
        headFrame(id, 200),
        dataFrame(id, 'hello'),
        frame(FrameType.Trailers, id, latin1(trailers)),
        dataFrame(id, '', true),
      );
      await visitor.when(
        () => visitor.messages[0]?.isComplete === true || !visitor.isOpen,
        'an answer or the end',
      );
      expect(visitor.received.toString('latin1')).not.toMatch(/evil|poison|Content-Length: 9/i);
      expect(visitor.reader.badness).toBeUndefined();
      await rig.canary();
    });
  }
});

describe('E29 headers that a client may not set', () => {
  test('E29 hop-by-hop lines, Alt-Svc, X-Sellia and wide cookies are stripped at the relay, too', async () => {
    const [visitor, id] = await asked();
    const headers = [
      'Connection',
      'close, X-Hop',
      'X-Hop',
      '1',
      'Keep-Alive',
      'timeout=99',
      'Alt-Svc',
      'h3=":443"',
      'X-Sellia-Error',
      'x',
      'Set-Cookie',
      'a=b; Domain=test',
      'Upgrade',
      'h2c',
      'Content-Length',
      '2',
    ];
    peer.send(headFrame(id, 200, headers), dataFrame(id, 'ok', true));
    const response = await visitor.response();
    expect(response.text).toBe('ok');
    for (const name of ['x-hop', 'alt-svc', 'x-sellia-error', 'upgrade'])
      expect(response.has(name)).toBe(false);
    expect(response.value('keep-alive') ?? '').not.toContain('99');
    expect(response.values('set-cookie')).toEqual(['a=b']);
  });
});
