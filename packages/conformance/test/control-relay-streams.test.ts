import { FrameType, limits } from '@sellia/protocol';
import { beforeEach, describe, expect, test } from 'vitest';
import { AttackedRelay, requestTo } from '../src/control-peer/attacked-relay.ts';
import { expectGoaway } from '../src/control-peer/expect-goaway.ts';
import { fillWindow, flood } from '../src/control-peer/floods.ts';
import {
  countFrame,
  dataFrame,
  drainFrame,
  frame,
  headFrame,
  latin1,
  openFrame,
  resetFrame,
  stopFrame,
  windowFrame,
} from '../src/control-peer/frames.ts';
import type { PublicPeer } from '../src/control-peer/hostile-client.ts';
import type { Visitor } from '../src/rig/visitor.ts';

/** A client that breaks the rules of streams: their order, their credit, their owner. */

const attacked = AttackedRelay.inThisFile();

const never: [string, Uint8Array][] = [
  ['OPEN, which a client must not send', openFrame(1)],
  ['OPEN with an even id', openFrame(2)],
  ['OPEN with id 0', openFrame(0)],
  ['OPEN with id 2^32-1', openFrame(2 ** 32 - 1)],
  ['HEAD on a stream that never was', headFrame(1, 200)],
  ['DATA on a stream that never was', dataFrame(999, 'x')],
  ['DATA on an even stream', dataFrame(2, 'x')],
  ['DATA on stream 0', dataFrame(0, 'x')],
  ['DATA on stream 2^32-1', dataFrame(2 ** 32 - 1, 'x')],
  ['RESET of a stream that never was', resetFrame(1, 'SELLIA_CANCELLED')],
  ['CONTROL on a stream that never was', frame(FrameType.Control, 5, latin1('{}'))],
];
for (const [what, bytes] of never) {
  test(`H07 ${what}`, async () => {
    const peer = await attacked.greeted();
    peer.send(bytes);
    await expectGoaway(peer, 'SELLIA_PROTOCOL');
  });
}

describe('while one is open', () => {
  let tunnel: PublicPeer;
  let visitor: Visitor;
  let id: number;

  beforeEach(async () => {
    tunnel = await attacked.tunnel('attacker');
    visitor = await attacked.visit(tunnel);
    id = (await tunnel.peer.takeType(FrameType.Open)).streamId;
  });

  /** The visitor is told that it went wrong, or is cut off; never a whole answer of the attacker's. */
  async function expectNoAnswer(): Promise<void> {
    const isOver = () => visitor.ended !== undefined || visitor.messages[0]?.isComplete;
    await visitor.when(() => isOver() ?? false, 'an end');
    const answer = visitor.messages[0];
    expect(answer?.isComplete ? answer.status : 502).toBe(502);
  }

  test('H07 DATA after END, while the upload goes on', async () => {
    const upload = await attacked.visitor();
    upload.send(requestTo(tunnel, '/upload', 'POST', 'Content-Length: 9\r\n'));
    const { streamId } = await tunnel.peer.takeType(FrameType.Open);
    tunnel.peer.send(
      headFrame(streamId, 200),
      dataFrame(streamId, 'x', true),
      dataFrame(streamId, 'y'),
    );
    await expectGoaway(tunnel.peer, 'SELLIA_PROTOCOL');
  });

  const outOfPlace: [string, (id: number) => Uint8Array[]][] = [
    ['a second HEAD', (id) => [headFrame(id, 200), headFrame(id, 200)]],
    ['DATA before HEAD', (id) => [dataFrame(id, 'x')]],
    ['TRAILERS before HEAD', (id) => [frame(FrameType.Trailers, id, latin1(''), true)]],
    ['TRAILERS without END', (id) => [headFrame(id, 200), frame(FrameType.Trailers, id)]],
    ['CONTROL on a stream', (id) => [frame(FrameType.Control, id, latin1('{}'))]],
    ['OPEN of the same id', (id) => [openFrame(id)]],
    ['WINDOW of 3 bytes', (id) => [frame(FrameType.Window, id, latin1('123'))]],
    ['RESET without a number', (id) => [frame(FrameType.Reset, id)]],
  ];
  for (const [what, frames] of outOfPlace) {
    test(`H07 ${what}`, async () => {
      tunnel.peer.send(...frames(id));
      await expectGoaway(tunnel.peer, 'SELLIA_PROTOCOL');
      await expectNoAnswer();
    });
  }

  const badHeads: [string, string][] = [
    ['no status', ''],
    ['a status that is no number', 'abc\0Reason'],
    ['status 99', '99\0Reason'],
    ['status 600', '600\0Reason'],
    ['status 101 to a plain request', '101\0Switching'],
    ['CR LF in the reason', '200\0OK\r\nX: y'],
    ['CR LF in a value', '200\0OK\0X\0y\r\nZ: z'],
    ['a space in a name', '200\0OK\0X y\0z'],
    ['an empty name', '200\0OK\0\0z'],
    ['a name without a value', '200\0OK\0X'],
    ['two lengths', '200\0OK\0Content-Length\x001\0Content-Length\x002'],
    ['a malformed length', '200\0OK\0Content-Length\0+1'],
    ['a length with a coding', '200\0OK\0Content-Length\x001\0Transfer-Encoding\0chunked'],
    ['a coding that is not chunked', '200\0OK\0Transfer-Encoding\0gzip'],
  ];
  for (const [what, text] of badHeads) {
    test(`H24 a response head with ${what} never reaches a visitor`, async () => {
      tunnel.peer.send(frame(FrameType.Head, id, latin1(text)), dataFrame(id, 'SECRET', true));
      await expectNoAnswer();
      const seen = visitor.received.toString('latin1');
      expect(seen).not.toContain('SECRET');
      expect(seen).not.toContain('Z: z');
    });
  }

  test('H24 more than 32 interim heads close the session', async () => {
    const info = frame(FrameType.Info, id, latin1('103\0Early Hints\0Link\0</a>'));
    for (let i = 0; i < 33; i++) tunnel.peer.send(info);
    await expectGoaway(tunnel.peer, 'SELLIA_PROTOCOL');
  });

  test('H08 H13 frames for a stream that is over are ignored', async () => {
    tunnel.peer.send(headFrame(id, 200, ['Content-Length', '2']), dataFrame(id, 'ok', true));
    expect((await visitor.response()).text).toBe('ok');
    const late = [
      dataFrame(id, 'late'),
      dataFrame(id, '', true),
      windowFrame(id, 1_000),
      resetFrame(id, 'SELLIA_CANCELLED'),
      stopFrame(id, 'SELLIA_CANCELLED'),
    ];
    tunnel.peer.send(...late);
    visitor.send(requestTo(tunnel, '/second'));
    const second = await tunnel.peer.takeType(FrameType.Open);
    tunnel.peer.send(headFrame(second.streamId, 204, [], true));
    expect((await visitor.responses(2))[1]?.status).toBe(204);
  });

  test('H08 a flood of frames for a stream that is over closes the session', async () => {
    tunnel.peer.send(headFrame(id, 204, [], true));
    expect((await visitor.response()).status).toBe(204);
    await flood(tunnel.peer, windowFrame(id, 1));
    await expectGoaway(tunnel.peer, 'SELLIA_TOO_MANY_FRAMES');
  });

  test('H10 one byte beyond the window', async () => {
    visitor.pause();
    tunnel.peer.send(headFrame(id, 200));
    await fillWindow(tunnel.peer, id);
    tunnel.peer.send(dataFrame(id, 'x'));
    await expectGoaway(tunnel.peer, 'SELLIA_FLOW_CONTROL');
  });

  test('H11 a response far beyond the initial window', async () => {
    visitor.pause();
    tunnel.peer.send(headFrame(id, 200));
    const chunk = dataFrame(id, new Uint8Array(limits.DATA_MAX));
    for (let i = 0; i < 4_000 && !tunnel.peer.isClosed; i++) await tunnel.peer.sendFlushed(chunk);
    await expectGoaway(tunnel.peer, 'SELLIA_FLOW_CONTROL');
  });

  for (const [what, grants] of [
    ['WINDOW of nothing', [0]],
    ['WINDOW past 2^31-1', [2 ** 31]],
    ['WINDOWs that add up past 2^31-1', [2 ** 31 - 1 - limits.INITIAL_WINDOW, 1]],
  ] as const) {
    test(`H12 ${what}`, async () => {
      const upload = await attacked.visitor();
      upload.send(requestTo(tunnel, '/upload', 'POST', 'Content-Length: 9\r\n'));
      const { streamId } = await tunnel.peer.takeType(FrameType.Open);
      tunnel.peer.send(...grants.map((grant) => windowFrame(streamId, grant)));
      await expectGoaway(tunnel.peer, 'SELLIA_FLOW_CONTROL');
    });
  }

  const floods: [string, (id: number, acknowledged: number) => Uint8Array][] = [
    ['PING', () => countFrame(FrameType.Ping, 1)],
    ['WINDOW', (id) => windowFrame(id, 1)],
    ['empty DATA', (id) => dataFrame(id, '')],
    ['unknown optional frames', () => frame(0x80 | 0x0f, 0)],
    ['unknown optional link frames', () => frame(0x80 | 0x2f, 0)],
    ['unknown control messages', () => frame(FrameType.Control, 0, latin1('{"type":"news"}'))],
    ['DRAIN', () => drainFrame(0)],
    ['ACK of the same', (_, acknowledged) => countFrame(FrameType.Ack, acknowledged)],
  ];
  for (const [what, bytes] of floods) {
    test(`H14 a flood of ${what}`, async () => {
      tunnel.peer.isPolite = false;
      tunnel.peer.send(headFrame(id, 200));
      await flood(tunnel.peer, bytes(id, tunnel.peer.sessionFrames));
      await expectGoaway(tunnel.peer, 'SELLIA_TOO_MANY_FRAMES');
    });
  }

  test('H14 a flood of PING by a peer that does not read its PONGs', async () => {
    tunnel.peer.socket.pause();
    await flood(tunnel.peer, countFrame(FrameType.Ping, 1));
    tunnel.peer.socket.resume();
    const ending = await tunnel.peer.ending();
    expect([undefined, 'SELLIA_TOO_MANY_FRAMES']).toContain(ending.code);
  });

  test('H17 the answer of another session for the same stream number goes nowhere', async () => {
    const other = await attacked.tunnel('other');
    other.peer.send(headFrame(id, 200), dataFrame(id, 'STOLEN', true));
    await expectGoaway(other.peer, 'SELLIA_PROTOCOL');
    tunnel.peer.send(headFrame(id, 200, ['Content-Length', '3']), dataFrame(id, 'own', true));
    expect((await visitor.response()).text).toBe('own');
  });

  test('H17 each of two sessions answers its own visitor under the same number', async () => {
    const other = await attacked.tunnel('other');
    const second = await attacked.visit(other);
    const opened = await other.peer.takeType(FrameType.Open);
    expect(opened.streamId).toBe(id);
    other.peer.send(headFrame(id, 200, ['Content-Length', '6']), dataFrame(id, 'second', true));
    tunnel.peer.send(headFrame(id, 200, ['Content-Length', '5']), dataFrame(id, 'first', true));
    expect((await second.response()).text).toBe('second');
    expect((await visitor.response()).text).toBe('first');
  });
});
