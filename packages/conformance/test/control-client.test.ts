import { connect } from '@sellia/client';
import { FrameType, limits } from '@sellia/protocol';
import { afterEach, describe, expect, test } from 'vitest';
import { AttackedClient } from '../src/control-peer/attacked-client.ts';
import { expectGoaway } from '../src/control-peer/expect-goaway.ts';
import {
  controlFrame,
  countFrame,
  dataFrame,
  drainFrame,
  frame,
  goawayFrame,
  headFrame,
  helloFrame,
  latin1,
  openFrame,
  rawHeader,
  resetFrame,
  welcomeFrame,
  windowFrame,
} from '../src/control-peer/frames.ts';
import { HostileRelay } from '../src/control-peer/hostile-relay.ts';
import { SteppedClock } from '../src/control-peer/stepped-clock.ts';
import { eventually } from '../src/rig/watch.ts';

/** A relay that breaks the protocol. The client says why, leaves, and serves on its next session. */

const attackedClient = AttackedClient.inThisFile();
const relays: HostileRelay[] = [];
afterEach(async () => {
  for (const relay of relays.splice(0)) await relay.close();
});

/** A relay that leaves the greeting to the test. */
async function silentRelay(): Promise<HostileRelay> {
  const relay = await HostileRelay.start({ isWelcoming: false });
  relays.push(relay);
  return relay;
}

describe('greeting', () => {
  for (const version of [0, 2]) {
    test(`H01 a relay of version ${version} is refused for good`, async () => {
      const relay = await silentRelay();
      const connecting = connect({ server: relay.url, upstream: 'http://127.0.0.1:1' });
      const failed = expect(connecting).rejects.toMatchObject({
        code: 'SELLIA_VERSION',
        retryable: false,
      });
      const peer = await relay.peer();
      peer.send(welcomeFrame({ version }));
      await failed;
    });
  }

  test('H01 unknown capabilities and fields of a newer relay are tolerated', async () => {
    const client = await attackedClient(
      {},
      { welcome: { capabilities: ['unheard-of'], news: [1] } },
    );
    expect(client.tunnel.status.state).toBe('public');
  });

  test('H02 a relay that says nothing is given up', async () => {
    const relay = await silentRelay();
    const clock = new SteppedClock();
    const connecting = connect({ server: relay.url, upstream: 'http://127.0.0.1:1', clock });
    const failed = expect(connecting).rejects.toMatchObject({ name: 'SelliaError' });
    const peer = await relay.peer();
    await peer.takeHello();
    await clock.advance(30_000);
    await failed;
    await peer.ending();
  });

  test('H02 a relay that opens no tunnel is given up', async () => {
    const relay = await silentRelay();
    const clock = new SteppedClock();
    const connecting = connect({ server: relay.url, upstream: 'http://127.0.0.1:1', clock });
    const failed = expect(connecting).rejects.toMatchObject({ code: 'SELLIA_RELAY_TIMEOUT' });
    const peer = await relay.peer();
    peer.send(welcomeFrame());
    await peer.takeControl('tunnel.open');
    await clock.advance(30_000);
    await failed;
    await peer.ending();
  });

  const early: [string, Uint8Array][] = [
    ['OPEN', openFrame(1)],
    ['control', controlFrame({ type: 'tunnel.closed', tunnel: 1, reason: '' })],
    ['PING', countFrame(FrameType.Ping, 1)],
    ['HELLO', helloFrame()],
    ['a WELCOME of 5 KiB', welcomeFrame({ agent: 'a'.repeat(5 * 1024) })],
    ['a WELCOME without a session', frame(FrameType.Welcome, 0, latin1('{"version":1}'))],
    ['a WELCOME that is no JSON', frame(FrameType.Welcome, 0, latin1('welcome'))],
    ['a window past 2^31-1', welcomeFrame({ initialWindow: 2 ** 31 })],
  ];
  for (const [what, bytes] of early) {
    test(`H02 H24 ${what} in place of the greeting`, async () => {
      const relay = await silentRelay();
      const connecting = connect({ server: relay.url, upstream: 'http://127.0.0.1:1' });
      const failed = expect(connecting).rejects.toMatchObject({ name: 'SelliaError' });
      const peer = await relay.peer();
      peer.send(bytes);
      await expectGoaway(peer, 'SELLIA_PROTOCOL', 'SELLIA_FRAME_TOO_LARGE', 'SELLIA_FLOW_CONTROL');
      await failed;
    });
  }

  test('a reason full of control characters stays out of the error message', async () => {
    const relay = await silentRelay();
    const connecting = connect({ server: relay.url, upstream: 'http://127.0.0.1:1' });
    const peer = await relay.peer();
    peer.send(welcomeFrame());
    const { tunnel } = await peer.takeControl('tunnel.open');
    const reason = 'gone\u001b]0;title\u0007\r\nsecond';
    const code = 'SELLIA_NAME_TAKEN';
    peer.send(controlFrame({ type: 'tunnel.refused', tunnel, code, reason, hint: 'x\u001b[2J' }));
    const error = await connecting.catch((failure: unknown) => failure as Error);
    expect(error).toMatchObject({ code });
  });
});

describe('frames', () => {
  const attacks: [string, ...Uint8Array[]][] = [
    ['H05 an empty message'],
    ['H05 a truncated header', rawHeader(1, FrameType.Data, 4).subarray(0, 5)],
    ['H05 a length that is too long', rawHeader(0, FrameType.Control, 100), latin1('{}')],
    ['H05 a length that is too short', rawHeader(1, FrameType.Window, 4), latin1('123456')],
    ['H05 DATA over its limit', rawHeader(1, FrameType.Data, limits.DATA_MAX + 1)],
    ['H05 a head over its limit', rawHeader(1, FrameType.Open, limits.HEAD_MAX + 1)],
    ['H06 an unknown frame', frame(0x2f, 0)],
    ['H07 OPEN with an even id', openFrame(2)],
    ['H07 OPEN with id 0', openFrame(0)],
    ['H07 OPEN with id 2^32-1', openFrame(2 ** 32 - 1)],
    ['H07 OPEN twice with one id', openFrame(3), openFrame(3)],
    ['H07 OPEN with a lower id', openFrame(5), openFrame(3)],
    ['H07 HEAD, which a relay must not send', openFrame(1, {}, {}, false), headFrame(1, 200)],
    [
      'H07 INFO, which a relay must not send',
      openFrame(1),
      frame(FrameType.Info, 1, latin1('103\0x')),
    ],
    ['H07 DATA on a stream that never was', dataFrame(7, 'x')],
    ['H07 DATA behind END', openFrame(1), dataFrame(1, 'x')],
    ['H07 RESET of a stream that never was', resetFrame(7, 'SELLIA_CANCELLED')],
    ['H12 WINDOW of nothing', openFrame(1, {}, {}, false), windowFrame(1, 0)],
    ['H12 WINDOW past 2^31-1', openFrame(1, {}, {}, false), windowFrame(1, 2 ** 31)],
    [
      'H12 WINDOWs that add up past 2^31-1',
      openFrame(1, {}, {}, false),
      windowFrame(1, 2 ** 31 - 1 - limits.INITIAL_WINDOW),
      windowFrame(1, 1),
    ],
    [
      'H24 a required message of an unknown type',
      frame(9, 0, latin1('{"type":"x","required":true}')),
    ],
    ['H24 arrays in one another', frame(9, 0, latin1('['.repeat(8_000) + ']'.repeat(8_000)))],
    ['ACK past what was sent', countFrame(FrameType.Ack, 1_000)],
    ['RESUME, which only a client sends', frame(FrameType.Resume, 0, latin1('{}'))],
  ];
  for (const [what, ...frames] of attacks) {
    test(what, async () => {
      const client = await attackedClient();
      client.origin.script = () => {};
      client.peer.send(...frames);
      await expectGoaway(
        client.peer,
        'SELLIA_PROTOCOL',
        'SELLIA_FLOW_CONTROL',
        'SELLIA_FRAME_TOO_LARGE',
      );
      await client.servesAgain();
    });
  }

  test('H03 a text message', async () => {
    const client = await attackedClient();
    client.peer.socket.send('hello');
    expect((await client.peer.ending()).closeCode).toBe(1003);
    await client.servesAgain();
  });

  test('H04 a message over the limit', async () => {
    const client = await attackedClient();
    client.peer.socket.send(Buffer.alloc(1024 * 1024));
    expect((await client.peer.ending()).closeCode).toBe(1009);
    await client.servesAgain();
  });

  test('H20 more fragments than any message needs', async () => {
    const client = await attackedClient();
    for (let i = 0; i < 1_000; i++) client.peer.socket.send('x', { binary: true, fin: false });
    expect((await client.peer.ending()).closeCode).toBe(1008);
    await client.servesAgain();
  });

  test('H06 optional frames are ignored', async () => {
    const client = await attackedClient();
    client.peer.send(frame(0x80 | 0x0f, 0), frame(0x80 | 0x2f, 0, latin1('?')));
    expect(await client.exchange(client.peer, 1)).toBe('GET /__canary/x\n');
  });

  test('H08 H13 frames for a stream that is over are ignored', async () => {
    const client = await attackedClient();
    await client.exchange(client.peer, 1);
    client.peer.send(windowFrame(1, 1_000), resetFrame(1, 'SELLIA_CANCELLED'));
    expect(await client.exchange(client.peer, 3)).toBe('GET /__canary/x\n');
  });

  test('more streams than the client takes', async () => {
    const client = await attackedClient({ limits: { maxStreams: 5 } });
    client.origin.script = () => {};
    for (let id = 1; id <= 11; id += 2) client.peer.send(openFrame(id));
    await expectGoaway(client.peer, 'SELLIA_TOO_MANY_STREAMS');
    await client.servesAgain();
  });
});

describe('a session that ends as soon as it has begun', () => {
  const ends: [string, Uint8Array][] = [
    ['GOAWAY', goawayFrame('SELLIA_GOING_AWAY', 'at once')],
    ['a breach', frame(0x2f, 0)],
    ['DRAIN', drainFrame(0)],
  ];
  for (const [what, bytes] of ends) {
    test(`${what} in the same message as tunnel.ready: the client goes on trying`, async () => {
      const client = await attackedClient();
      client.relay.behindReady = [bytes];
      client.peer.terminate();
      for (let i = 0; i < 3; i++) await client.relay.peer();
      client.relay.behindReady = [];
      await eventually(
        () => client.tunnel.status.state === 'public',
        () => `public again; ${JSON.stringify(client.tunnel.status)}`,
      );
    });
  }

  test('DRAIN before tunnel.ready in one message: the client looks for another session', async () => {
    const client = await attackedClient();
    client.relay.beforeReady = [drainFrame(0)];
    client.peer.terminate();
    for (let i = 0; i < 3; i++) await client.relay.peer();
  });
});
