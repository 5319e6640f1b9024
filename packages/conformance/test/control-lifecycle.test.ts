import { FrameType, limits } from '@sellia/protocol';
import { describe, expect, test } from 'vitest';
import { AttackedRelay, requestTo } from '../src/control-peer/attacked-relay.ts';
import type { ControlPeer } from '../src/control-peer/control-peer.ts';
import { expectGoaway } from '../src/control-peer/expect-goaway.ts';
import {
  controlFrame,
  dataFrame,
  headFrame,
  helloFrame,
  resetFrame,
  windowFrame,
} from '../src/control-peer/frames.ts';
import type { PublicPeer } from '../src/control-peer/hostile-client.ts';
import { eventually, startRig } from '../src/rig/index.ts';

/** Streams and sessions that begin, stall and end at awkward moments, seen from the relay. */

const attacked = AttackedRelay.inThisFile();

const idOf = async (peer: ControlPeer) => (await peer.takeType(FrameType.Open)).streamId;

async function openUploads(tunnel: PublicPeer, count: number, length: number) {
  const lines = `Content-Length: ${length}\r\n`;
  return Promise.all(
    Array.from({ length: count }, async (_, i) => {
      const visitor = await attacked.visitor();
      visitor.send(requestTo(tunnel, `/${i}`, 'POST', lines));
      return visitor;
    }),
  );
}

describe('a client that stops', () => {
  test('H16 H36 ConnectionWriteTimeout: reading, while visitors upload', async () => {
    const tunnel = await attacked.tunnel('stalled');
    tunnel.peer.socket.pause();
    const visitors = await openUploads(tunnel, 20, 64 * 1024 * 1024);
    for (const visitor of visitors) visitor.send(Buffer.alloc(8 * 1024 * 1024));
    const { clock } = attacked;
    for (let i = 0; i < 15; i++) await clock.advance(1_000);
    // Whether answered or cut, nobody hangs, and the stalled session is gone.
    for (const visitor of visitors) {
      await visitor.when(
        () => visitor.messages.length > 0 || visitor.ended !== undefined,
        'an end',
      );
      if (visitor.messages[0]) expect([502, 503, 504]).toContain(visitor.messages[0].status);
    }
    await eventually(
      () => attacked.relay.stats().sessions === 1,
      () => 'the stalled session is still there',
    );
    tunnel.peer.socket.resume();
    await tunnel.peer.ending();
  });

  test('H36 KeepAliveTimeout: answering pings', async () => {
    const tunnel = await attacked.tunnel('silent');
    tunnel.peer.isPolite = false;
    const visitor = await attacked.visit(tunnel);
    await idOf(tunnel.peer);
    await attacked.clock.advance(15_000);
    await expectGoaway(tunnel.peer, 'SELLIA_HEARTBEAT');
    expect([502, 503, 504]).toContain((await visitor.response()).status);
  });

  test('H36 CloseTimeout: letting go of a stream that the visitor gave up', async () => {
    const tunnel = await attacked.tunnel('clinging');
    const visitor = await attacked.visit(tunnel);
    const id = await idOf(tunnel.peer);
    visitor.reset();
    await tunnel.peer.takeType(FrameType.Stop, id);
    // It counts until the client has let go of it: the other side may still work for it.
    expect(attacked.relay.stats().streams).toBe(1);
    tunnel.peer.send(resetFrame(id, 'SELLIA_CANCELLED'));
    await eventually(
      () => attacked.relay.stats().streams === 0,
      () => 'the stream stays',
    );
  });
});

describe('a client that leaves', () => {
  const stages: [string, (peer: ControlPeer) => Promise<void>][] = [
    ['before HELLO', async () => {}],
    ['behind HELLO', async (peer) => peer.send(helloFrame())],
    [
      'behind WELCOME',
      async (peer) => {
        peer.send(helloFrame());
        await peer.takeWelcome();
      },
    ],
    [
      'while its tunnel is opened',
      async (peer) => {
        peer.send(helloFrame());
        await peer.takeWelcome();
        peer.send(
          controlFrame({
            type: 'tunnel.open',
            tunnel: 1,
            kind: 'http',
            name: 'leaving',
            lease: '',
          }),
        );
      },
    ],
  ];
  for (const [when, reach] of stages) {
    test(`H26 ${when}`, async () => {
      for (let i = 0; i < 10; i++) {
        const peer = await attacked.stranger();
        await reach(peer);
        peer.terminate();
      }
    });
  }

  const midway: [string, (peer: ControlPeer, id: number) => Uint8Array[]][] = [
    ['before the head', () => []],
    ['behind the head', (_, id) => [headFrame(id, 200, ['Content-Length', '10'])]],
    [
      'in a body with a length',
      (_, id) => [headFrame(id, 200, ['Content-Length', '10']), dataFrame(id, 'half')],
    ],
    ['in a body in chunks', (_, id) => [headFrame(id, 200), dataFrame(id, 'half')]],
  ];
  for (const [when, frames] of midway) {
    test(`H26 H36 ${when}: the visitor never sees a whole answer`, async () => {
      const tunnel = await attacked.tunnel('leaving');
      const visitor = await attacked.visit(tunnel);
      const id = await idOf(tunnel.peer);
      const sent = frames(tunnel.peer, id);
      if (sent.length > 0) {
        tunnel.peer.send(...sent);
        await visitor.head();
      }
      tunnel.peer.terminate();
      if (sent.length === 0) {
        expect([502, 503, 504]).toContain((await visitor.response()).status);
        return;
      }
      await visitor.closed();
      expect(visitor.messages[0]?.isComplete).toBe(false);
    });
  }
});

describe('limits that the client names', () => {
  test('H36 BacklogExceeded D30: one stream more than it takes is 503, the others live', async () => {
    const tunnel = await attacked.tunnel('narrow', { maxStreams: 2 });
    const visitors = [await attacked.visit(tunnel, '/1'), await attacked.visit(tunnel, '/2')];
    const ids = [await idOf(tunnel.peer), await idOf(tunnel.peer)];
    const third = await attacked.visit(tunnel, '/3');
    const refused = await third.response();
    expect(refused.status).toBe(503);
    for (const [i, id] of ids.entries()) {
      tunnel.peer.send(headFrame(id, 200, ['Content-Length', '2']), dataFrame(id, `n${i}`, true));
      expect((await visitors[i]?.response())?.text).toBe(`n${i}`);
    }
    const fourth = await attacked.visit(tunnel, '/4');
    tunnel.peer.send(headFrame(await idOf(tunnel.peer), 204, [], true));
    expect((await fourth.response()).status).toBe(204);
  });

  test('a client that takes no streams at all', async () => {
    const tunnel = await attacked.tunnel('closed-shop', { maxStreams: 0 });
    expect((await (await attacked.visit(tunnel)).response()).status).toBe(503);
  });

  test('an upload stays within the credit that the client gave', async () => {
    const tunnel = await attacked.tunnel('sparing', { initialWindow: 1_000 });
    const [visitor] = await openUploads(tunnel, 1, 5_000);
    visitor?.send('x'.repeat(5_000));
    const id = await idOf(tunnel.peer);
    let received = 0;
    for (const grant of [0, 1, 999, 3_000]) {
      if (grant > 0) tunnel.peer.send(windowFrame(id, grant));
      for (const wanted = received + (grant || 1_000); received < wanted; ) {
        received += (await tunnel.peer.takeType(FrameType.Data, id)).payload.length;
      }
      await tunnel.peer.barrier();
      expect(tunnel.peer.frames.some(({ type }) => type === FrameType.Data)).toBe(false);
    }
    tunnel.peer.send(headFrame(id, 204, [], true));
    expect((await visitor?.response())?.status).toBe(204);
  });

  test('H36 WindowUpdateWriteDuringRead: credit both ways while bytes flow both ways', async () => {
    const tunnel = await attacked.tunnel('both-ways', { initialWindow: 100 });
    const [visitor] = await openUploads(tunnel, 1, 10_000);
    const id = await idOf(tunnel.peer);
    tunnel.peer.send(headFrame(id, 200));
    let uploaded = 0;
    for (let i = 0; i < 100; i++) {
      visitor?.send('u'.repeat(100));
      tunnel.peer.send(windowFrame(id, 100), dataFrame(id, 'd'.repeat(100)));
      while (uploaded < 100 * (i + 1)) {
        uploaded += (await tunnel.peer.takeType(FrameType.Data, id)).payload.length;
      }
    }
    expect(uploaded).toBe(10_000);
    tunnel.peer.send(dataFrame(id, '', true));
    expect((await visitor?.response())?.text).toBe('d'.repeat(10_000));
  });
});

test('H25 fifty small uploads and a bulk one get the same share of the link', async () => {
  const size = 1024 * 1024;
  const tunnel = await attacked.tunnel('shared', { initialWindow: 1 });
  const visitors = await openUploads(tunnel, 51, 10 * size);
  const ids = await Promise.all(visitors.map(() => idOf(tunnel.peer)));
  for (const [i, visitor] of visitors.entries()) {
    visitor.send(Buffer.alloc(i === 0 ? 10 * size : size));
  }
  // One byte of each has come; after some turns all 51 have more queued than their credit.
  for (const id of ids) await tunnel.peer.takeType(FrameType.Data, id);
  for (let i = 0; i < 20; i++) await tunnel.peer.barrier();
  tunnel.peer.send(...ids.map((id) => windowFrame(id, size)));
  const shares = new Map<number, number>(ids.map((id) => [id, 0]));
  const enough = 51 * 640 * 1024;
  for (let received = 0; received < enough; ) {
    const { streamId, payload } = await tunnel.peer.takeType(FrameType.Data);
    shares.set(streamId, (shares.get(streamId) ?? 0) + payload.length);
    received += payload.length;
  }
  const fair = enough / 51;
  // A tenth, and one frame on its way.
  for (const share of shares.values()) {
    expect(Math.abs(share - fair)).toBeLessThanOrEqual(fair / 10 + limits.DATA_MAX);
  }
});

test('H36 ManyStreams: a thousand at once, answered backwards', async () => {
  const tunnel = await attacked.tunnel('many', { maxStreams: 1_000 });
  const visitors = await Promise.all(
    Array.from({ length: 1_000 }, (_, i) => attacked.visit(tunnel, `/${i}`)),
  );
  const opened: number[] = [];
  while (opened.length < 1_000) opened.push(await idOf(tunnel.peer));
  for (const id of opened.reverse()) {
    tunnel.peer.send(headFrame(id, 200, ['Content-Length', '1']), dataFrame(id, 'x', true));
  }
  for (const visitor of visitors) expect((await visitor.response()).text).toBe('x');
});

test('a name taken over by its lease: the ghost is told and closed', async () => {
  const first = await attacked.tunnel('lease-holder');
  const stranger = await attacked.greeted();
  const open = { type: 'tunnel.open', tunnel: 1, kind: 'http', name: 'lease-holder' } as const;
  stranger.send(controlFrame({ ...open, lease: 'forged' }));
  expect((await stranger.takeControl('tunnel.refused')).code).toBe('SELLIA_NAME_TAKEN');
  const again = await attacked.greeted();
  again.send(controlFrame({ ...open, lease: first.lease }));
  expect((await again.takeControl('tunnel.ready')).name).toBe('lease-holder');
  await first.peer.takeControl('tunnel.closed');
  const visitor = await attacked.visit(first);
  again.send(headFrame(await idOf(again), 204, [], true));
  expect((await visitor.response()).status).toBe(204);
});

for (const firstStreamId of [2 ** 31 - 7, 2 ** 31 - 1]) {
  test(`H23 stream numbers run out, starting at ${firstStreamId}`, async () => {
    await using rig = await startRig({
      relayOptions: { firstStreamId },
      connectOptions: { limits: { reconnectBaseMs: 1, reconnectCapMs: 5 } },
    });
    const ready = new Promise<void>((resolve) => rig.tunnel.on('ready', () => resolve()));
    for (let i = 0; i < 20; i++) {
      const response = await rig.ask(`/${i}`);
      expect([response.status, response.text]).toEqual([200, `GET /${i}\n`]);
    }
    await ready;
    await rig.settled();
  });
}

test('the lease of one name opens no other', async () => {
  const { lease } = await attacked.tunnel('mine-alone');
  const thief = await attacked.greeted();
  thief.send(
    controlFrame({ type: 'tunnel.open', tunnel: 1, kind: 'http', name: 'bystander', lease }),
  );
  expect((await thief.takeControl('tunnel.refused')).code).toBe('SELLIA_NAME_TAKEN');
});
