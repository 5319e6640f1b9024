import { FrameType } from '@sellia/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AttackedClient } from '../src/control-peer/attacked-client.ts';
import { AttackedRelay, requestTo } from '../src/control-peer/attacked-relay.ts';
import type { ControlPeer } from '../src/control-peer/control-peer.ts';
import {
  countFrame,
  dataFrame,
  drainFrame,
  frame,
  headFrame,
  latin1,
  openFrame,
  rawHeader,
  resetFrame,
  stopFrame,
  windowFrame,
} from '../src/control-peer/frames.ts';

/**
 * Random peers. Whatever they say, the other side either goes on or ends the session with a code;
 * it has no fault of its own, keeps nothing, and serves everybody else.
 */

/** The seed is printed when a run fails. Shrinking would run against a peer that is broken already. */
const RUNS = { numRuns: 150, endOnFailure: true };

const anyId = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(1, 3, 5, 7) },
  { weight: 1, arbitrary: fc.constantFrom(0, 2, 9, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1) },
);
const anyBytes = fc.uint8Array({ maxLength: 300 });
const headTexts = [
  '200\0OK',
  '200\0OK\0Content-Length\x003',
  '103\0Early\0Link\0</a>',
  '101\0Switching\0Upgrade\0websocket',
  '204\0',
  '304\0No\0Content-Length\x009',
  '999\0x',
  '',
  '200\0OK\0Transfer-Encoding\0chunked',
];

const anyFrame = fc.oneof(
  fc.tuple(anyId, fc.constantFrom(...headTexts), fc.boolean()).map(([id, text, end]) => {
    return frame(FrameType.Head, id, latin1(text), end);
  }),
  fc.tuple(anyId, fc.constantFrom(...headTexts)).map(([id, text]) => {
    return frame(FrameType.Info, id, latin1(text));
  }),
  fc.tuple(anyId, anyBytes, fc.boolean()).map(([id, bytes, end]) => dataFrame(id, bytes, end)),
  fc.tuple(anyId, fc.constantFrom('', 'X\0y', 'Host\0x', 'X')).map(([id, text]) => {
    return frame(FrameType.Trailers, id, latin1(text), true);
  }),
  fc.tuple(anyId, fc.constantFrom(0, 1, 65_536, 2 ** 31 - 1)).map(([id, n]) => windowFrame(id, n)),
  anyId.map((id) => resetFrame(id, 'SELLIA_UPSTREAM_RESET', 'why')),
  anyId.map((id) => stopFrame(id, 'SELLIA_STOPPED')),
  anyId.map((id) => openFrame(id, {}, {}, id % 4 === 1)),
  fc.nat(3).map((count) => countFrame(FrameType.Ack, count)),
  fc.nat(3).map((count) => countFrame(FrameType.Ping, count)),
  fc.nat(10).map((id) => drainFrame(id)),
  fc
    .constantFrom('{}', '{"type":"tunnel.closed","tunnel":1,"reason":""}', '[', '{"type":1}')
    .map((text) => frame(FrameType.Control, 0, latin1(text))),
  fc.tuple(fc.nat(255), anyId, anyBytes).map(([type, id, bytes]) => frame(type, id, bytes)),
  fc.tuple(anyId, fc.nat(255), fc.nat(2 ** 24 - 1)).map(([id, type, n]) => rawHeader(id, type, n)),
);

/** Some frames in a message, now and then cut short. */
const anyMessage = fc
  .tuple(fc.array(anyFrame, { minLength: 1, maxLength: 5 }), fc.integer({ min: 0, max: 40 }))
  .map(([frames, cut]) => {
    const bytes = Buffer.concat(frames);
    return cut === 1 ? bytes.subarray(0, -1) : bytes;
  });
const script = fc.array(anyMessage, { minLength: 1, maxLength: 12 });

async function play(peer: ControlPeer, messages: readonly Uint8Array[]): Promise<void> {
  for (const message of messages) {
    if (peer.isClosed) return;
    peer.send(message);
  }
  await peer.barrier();
}

describe('random clients', () => {
  const attacked = AttackedRelay.inThisFile();

  test('before the greeting', async () => {
    await fc.assert(
      fc.asyncProperty(script, async (messages) => {
        const peer = await attacked.stranger();
        await play(peer, messages);
        await peer.ending();
      }),
      RUNS,
    );
  });

  test('with two visitors waiting', async () => {
    let count = 0;
    await fc.assert(
      fc.asyncProperty(script, async (messages) => {
        const tunnel = await attacked.tunnel(`fuzzed-${count++}`);
        await attacked.visit(tunnel, '/get');
        const upload = await attacked.visitor();
        upload.send(requestTo(tunnel, '/post', 'POST', 'Content-Length: 1000\r\n'));
        upload.send('some of it');
        await tunnel.peer.takeType(FrameType.Open);
        await tunnel.peer.takeType(FrameType.Open);
        await play(tunnel.peer, messages);
        await attacked.check();
      }),
      RUNS,
    );
  });

  test('answers that come in random pieces are whole', async () => {
    const tunnel = await attacked.tunnel('in-pieces');
    const anyAnswer = fc.array(anyBytes, { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(anyAnswer, fc.boolean(), async (pieces, saysLength) => {
        const body = Buffer.concat(pieces);
        const visitor = await attacked.visit(tunnel);
        const { streamId } = await tunnel.peer.takeType(FrameType.Open);
        const lines = saysLength ? ['Content-Length', String(body.length)] : [];
        tunnel.peer.send(headFrame(streamId, 200, lines));
        for (const piece of pieces) tunnel.peer.send(dataFrame(streamId, piece));
        tunnel.peer.send(dataFrame(streamId, '', true));
        expect((await visitor.response()).body.equals(body)).toBe(true);
        visitor.destroy();
      }),
      RUNS,
    );
  });
});

describe('random relays', () => {
  const attackedClient = AttackedClient.inThisFile();

  test('with two requests at the upstream', async () => {
    const client = await attackedClient();
    const { origin } = client;
    origin.script = () => {};
    let peer = client.peer;
    await fc.assert(
      fc.asyncProperty(script, async (messages) => {
        // What the relay closes stays closed: there would be nobody left to ask.
        fc.pre(!messages.some((message) => message.includes('tunnel.closed')));
        peer.send(openFrame(1), openFrame(3, { method: 'POST' }, {}, false));
        await play(peer, messages);
        peer.terminate();
        peer = await client.relay.peer();
        expect(await client.exchange(peer, 1, '/__canary/fuzz')).toBe('GET /__canary/fuzz\n');
        peer.terminate();
        peer = await client.relay.peer();
        for (const { reader } of origin.connections) expect(reader.badness).toBeUndefined();
        origin.connections.splice(0, 1_000, ...origin.openConnections);
      }),
      RUNS,
    );
    await origin.when(
      () => origin.openConnections.every(({ reader }) => reader.isBetweenMessages),
      'no request left half done',
    );
  });
});
