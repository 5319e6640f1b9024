import { createHmac } from 'node:crypto';
import { decodeResume, type Frame, FrameType, type Resume, type Welcome } from '@sellia/protocol';
import { createRelay, type Relay } from '@sellia/relay';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { requestTo } from '../src/control-peer/attacked-relay.ts';
import { type ControlPeer, textOf } from '../src/control-peer/control-peer.ts';
import { expectGoaway } from '../src/control-peer/expect-goaway.ts';
import {
  controlFrame,
  countFrame,
  dataFrame,
  frame,
  headFrame,
  helloFrame,
  latin1,
} from '../src/control-peer/frames.ts';
import { dialRelay, type PublicPeer } from '../src/control-peer/hostile-client.ts';
import { Visitor } from '../src/rig/visitor.ts';
import { eventually } from '../src/rig/watch.ts';

/** A client written from docs/protocol.md section 3, frame by frame, honest and not. */

let relay: Relay;
const events: string[] = [];

beforeEach(async () => {
  events.length = 0;
  relay = await createRelay({
    host: '127.0.0.1',
    port: 0,
    domain: 'localhost',
    onEvent: ({ type }) => events.push(type),
  });
});

afterEach(() => relay.close({ drainMs: 0 }));

interface Held extends PublicPeer {
  readonly welcome: Welcome;
}

async function openTunnel(isPolite = true): Promise<Held> {
  const peer = await dialRelay(relay.url, { isPolite });
  peer.send(helloFrame());
  const welcome = await peer.takeWelcome();
  const wanted = { tunnel: 1, kind: 'http', name: 'resumed', lease: '' } as const;
  peer.send(controlFrame({ type: 'tunnel.open', ...wanted }));
  const { name, url, lease } = await peer.takeControl('tunnel.ready');
  return { peer, name, url, lease, welcome };
}

/** The proof of the document, by a second hand. */
function proofOf(secret: string, from: string, session: string, attempt: number, received: number) {
  const text = `${from}\n${session}\n${attempt}\n${received}`;
  return createHmac('sha256', secret).update(text).digest('base64url');
}

function resumeFrame({ welcome }: Held, attempt: number, received: number, other = {}): Uint8Array {
  const { session, secret } = welcome;
  const proof = proofOf(secret, 'client', session, attempt, received);
  const resume = { session, attempt, received, proof, ...other };
  return frame(FrameType.Resume, 0, latin1(JSON.stringify(resume)));
}

async function visit(held: PublicPeer, method = 'GET', lines = ''): Promise<Visitor> {
  const visitor = await Visitor.open({ port: relay.port, methods: [method] });
  visitor.send(requestTo(held, '/', method, lines));
  return visitor;
}

/** Loses the control socket, and comes back with RESUME and HELLO. */
async function comeBack(held: Held, attempt = 1, received = held.peer.sessionFrames) {
  held.peer.terminate();
  await held.peer.closed;
  const peer = await dialRelay(relay.url);
  peer.send(resumeFrame(held, attempt, received), helloFrame());
  return peer;
}

async function takeResume(peer: ControlPeer): Promise<Resume> {
  return decodeResume(textOf(await peer.takeType(FrameType.Resume)));
}

const isSession = ({ type }: Frame) => (type & 0x10) === 0;

describe('a client that resumes', () => {
  test('gets the frames that it has not received, bit for bit, and its answers go on', async () => {
    const held = await openTunnel(false);
    const visitor = await visit(held);
    const open = await held.peer.takeType(FrameType.Open);
    held.peer.send(headFrame(open.streamId, 200, ['Content-Length', '8']));
    held.peer.send(dataFrame(open.streamId, 'half'));
    await visitor.when(() => visitor.messages[0]?.text === 'half', 'the first half');
    // As if OPEN, the last frame received, had been lost on the way.
    const peer = await comeBack(held, 1, held.peer.sessionFrames - 1);
    const answer = await takeResume(peer);
    const { session, secret } = held.welcome;
    expect(answer).toEqual({
      session,
      attempt: 1,
      received: 3,
      proof: proofOf(secret, 'relay', session, 1, 3),
    });
    expect(await peer.take(isSession)).toEqual(open);
    peer.send(dataFrame(open.streamId, 'done', true));
    expect((await visitor.response()).text).toBe('halfdone');
    expect(relay.stats().sessions).toBe(1);
    visitor.destroy();
    peer.terminate();
  });

  test('takes over from a control socket that seems alive, which is closed', async () => {
    const held = await openTunnel();
    const peer = await dialRelay(relay.url);
    peer.send(resumeFrame(held, 1, held.peer.sessionFrames), helloFrame());
    await takeResume(peer);
    await held.peer.closed;
    const visitor = await visit(held);
    const open = await peer.takeType(FrameType.Open);
    peer.send(headFrame(open.streamId, 204, [], true));
    expect((await visitor.response()).status).toBe(204);
    visitor.destroy();
    peer.terminate();
  });

  test('gets what arrived meanwhile: the request waited at the lease', async () => {
    const held = await openTunnel();
    held.peer.terminate();
    await eventually(
      () => events.includes('session.away'),
      () => events.join(),
    );
    const visitor = await visit(held);
    const peer = await comeBack(held);
    await takeResume(peer);
    const open = await peer.takeType(FrameType.Open);
    peer.send(headFrame(open.streamId, 204, [], true));
    expect((await visitor.response()).status).toBe(204);
    visitor.destroy();
    peer.terminate();
  });

  test('a session that nobody knows begins as a fresh one', async () => {
    const held = await openTunnel();
    const peer = await dialRelay(relay.url);
    peer.send(resumeFrame(held, 1, 0, { session: 'another' }), helloFrame());
    const welcome = await peer.takeWelcome();
    expect(welcome.session).not.toBe(held.welcome.session);
    expect(welcome.graceMs).toBe(60_000);
    peer.terminate();
  });
});

describe('a client that resumes what is not its own, or wrongly', () => {
  const wrong: [string, (held: Held) => Uint8Array][] = [
    ['without a proof', (held) => resumeFrame(held, 1, 1, { proof: '' })],
    ['with the proof of another attempt', (held) => resumeFrame(held, 1, 1, { attempt: 2 })],
    ['with the proof of another count', (held) => resumeFrame(held, 1, 1, { received: 0 })],
    ['with more frames than were sent', (held) => resumeFrame(held, 1, 1_000)],
    ['with fewer frames than it acknowledged', (held) => resumeFrame(held, 1, 0)],
    ['with attempt 0', (held) => resumeFrame(held, 0, 1)],
    [
      "with the relay's own proof",
      (held) => {
        const { session, secret } = held.welcome;
        return resumeFrame(held, 1, 1, { proof: proofOf(secret, 'relay', session, 1, 1) });
      },
    ],
  ];
  test.each(wrong)('%s is refused, and the owner gets through', async (_name, make) => {
    const held = await openTunnel();
    held.peer.send(countFrame(FrameType.Ack, held.peer.sessionFrames));
    const visitor = await visit(held);
    const open = await held.peer.takeType(FrameType.Open);
    const stranger = await dialRelay(relay.url);
    stranger.send(make(held), helloFrame());
    await expectGoaway(stranger, 'SELLIA_RESUME_REFUSED');
    held.peer.send(headFrame(open.streamId, 204, [], true));
    expect((await visitor.response()).status).toBe(204);
    const peer = await comeBack(held, 3);
    await takeResume(peer);
    visitor.destroy();
    peer.terminate();
  });

  test('H34 by a RESUME that has been used is refused', async () => {
    const held = await openTunnel();
    const used = resumeFrame(held, 1, held.peer.sessionFrames);
    const peer = await comeBack(held);
    await takeResume(peer);
    const stranger = await dialRelay(relay.url);
    stranger.send(used, helloFrame());
    await expectGoaway(stranger, 'SELLIA_RESUME_REFUSED');
    peer.terminate();
  });

  const misplaced: [
    string,
    (held: Held) => Uint8Array[],
    'SELLIA_PROTOCOL' | 'SELLIA_FRAME_TOO_LARGE',
  ][] = [
    ['behind HELLO', (held) => [helloFrame(), resumeFrame(held, 1, 1)], 'SELLIA_PROTOCOL'],
    [
      'twice',
      (held) => [
        resumeFrame(held, 1, 0, { session: 'x' }),
        resumeFrame(held, 1, 0, { session: 'y' }),
      ],
      'SELLIA_PROTOCOL',
    ],
    [
      'and nothing else, of no session',
      (held) => [resumeFrame(held, 1, 0, { session: 'x' })],
      'SELLIA_PROTOCOL',
    ],
    ['that is no JSON', () => [frame(FrameType.Resume, 0, latin1('{'))], 'SELLIA_PROTOCOL'],
    [
      'without a field',
      () => [frame(FrameType.Resume, 0, latin1('{"session":"x"}'))],
      'SELLIA_PROTOCOL',
    ],
    [
      'of 5 KiB',
      () => [frame(FrameType.Resume, 0, new Uint8Array(5 * 1024))],
      'SELLIA_FRAME_TOO_LARGE',
    ],
  ];
  test.each(misplaced)('RESUME %s is a breach', async (_name, make, code) => {
    const held = await openTunnel();
    const stranger = await dialRelay(relay.url);
    stranger.send(...make(held));
    await expectGoaway(stranger, code);
    held.peer.terminate();
  });

  test('RESUME in the midst of a session is a breach', async () => {
    const held = await openTunnel();
    held.peer.send(resumeFrame(held, 1, 1));
    await expectGoaway(held.peer, 'SELLIA_PROTOCOL');
  });
});
