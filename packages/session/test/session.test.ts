import { encodeControl, encodeFrame, FrameType, limits } from '@sellia/protocol';
import { memoryPair, Session, VirtualClock } from '@sellia/session';
import { describe, expect, test } from 'vitest';
import { memorySessions, Owner, opening, Recorder } from './session-pair.ts';

const request = { method: 'GET', target: '/', headers: ['Host', 'x'] };
const ascii = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));

describe('greeting', () => {
  test('both sides learn the other, and the client its session', () => {
    const clock = new VirtualClock();
    const { relay, client, relayOwner, clientOwner } = memorySessions(clock);
    clock.advance(10);
    expect([relay.state, client.state]).toEqual(['open', 'open']);
    expect(relayOwner.ready[0]?.agent).toBe('client/test');
    expect(clientOwner.ready[0]?.agent).toBe('relay/test');
    expect(client.id).toBe('s1');
    expect(client.roundTrip).toBeGreaterThan(0);
  });

  test('a peer that says nothing is let go after its time', () => {
    const clock = new VirtualClock();
    const [transport, peer] = memoryPair(clock);
    const owner = new Owner();
    const heard: Uint8Array[] = [];
    peer.listen({ onMessage: (bytes) => heard.push(bytes), onClose: () => {} });
    new Session({ role: 'relay', transport, clock, handler: owner, agent: 'a' });
    clock.advance(9_400);
    expect(owner.closed).toEqual([]);
    clock.advance(700);
    expect(owner.closed).toHaveLength(1);
    expect(heard.at(-1)?.[4]).toBe(FrameType.Goaway);
    expect(clock.pending).toBe(0);
  });

  test.each([
    [
      'a session frame first',
      encodeFrame({
        type: FrameType.Control,
        streamId: 0,
        end: false,
        payload: ascii('{"type":"x"}'),
      }),
      'SELLIA_PROTOCOL',
    ],
    [
      'PING first',
      encodeFrame({ type: FrameType.Ping, streamId: 0, end: false, payload: new Uint8Array(8) }),
      'SELLIA_PROTOCOL',
    ],
    [
      '5 KiB of HELLO',
      encodeFrame({
        type: FrameType.Hello,
        streamId: 0,
        end: false,
        payload: new Uint8Array(5 * 1024),
      }),
      'SELLIA_FRAME_TOO_LARGE',
    ],
    ['an unknown version', hello({ version: 99 }), 'SELLIA_VERSION'],
    ['a HELLO with a wrong field', hello({ agent: 5 }), 'SELLIA_PROTOCOL'],
    ['an empty message', new Uint8Array(), 'SELLIA_PROTOCOL'],
    ['half a frame', hello({}).slice(0, -3), 'SELLIA_PROTOCOL'],
    ['a window over 2^31-1', hello({ initialWindow: 2 ** 31 }), 'SELLIA_PROTOCOL'],
  ])('%s ends the session with a code', (_name, bytes, code) => {
    const clock = new VirtualClock();
    const [transport, peer] = memoryPair(clock);
    const owner = new Owner();
    const heard: Uint8Array[] = [];
    peer.listen({ onMessage: (message) => heard.push(message), onClose: () => {} });
    new Session({ role: 'relay', transport, clock, handler: owner, agent: 'a' });
    peer.send(bytes, () => {});
    clock.advance(5);
    expect(owner.closed.map((end) => end.code)).toEqual([code]);
    expect(heard.at(-1)?.[4]).toBe(FrameType.Goaway);
    expect(owner.faults).toEqual([]);
  });

  test('a WELCOME from before the session that cannot be ends it with a code, and nothing else', () => {
    const clock = new VirtualClock();
    const [transport, peer] = memoryPair(clock);
    const owner = new Owner();
    const heard: Uint8Array[] = [];
    peer.listen({ onMessage: (message) => heard.push(message), onClose: () => {} });
    const welcome = { ...greeting, initialWindow: 2 ** 31, session: 's2', secret: '', graceMs: 0 };
    new Session({ role: 'client', transport, clock, handler: owner, agent: 'a', welcome });
    clock.advance(5);
    expect(owner.closed.map((end) => end.code)).toEqual(['SELLIA_PROTOCOL']);
    expect(heard.map((message) => message[4])).toEqual([FrameType.Goaway]);
  });

  test('a newer peer’s unknown fields and capabilities are let pass', () => {
    const clock = new VirtualClock();
    const [transport, peer] = memoryPair(clock);
    const owner = new Owner();
    peer.listen({ onMessage: () => {}, onClose: () => {} });
    new Session({ role: 'relay', transport, clock, handler: owner, agent: 'a' });
    peer.send(hello({ capabilities: ['from-the-future'], extra: { deep: [1] } }), () => {});
    clock.advance(5);
    expect(owner.ready).toHaveLength(1);
    expect(owner.ready[0]).not.toHaveProperty('extra');
  });
});

const greeting = {
  version: 1,
  capabilities: [],
  initialWindow: 1000,
  maxStreams: 10,
  agent: 'x',
};

function hello(fields: Record<string, unknown>): Uint8Array {
  const text = encodeControl({ ...greeting, ...fields } as never);
  return encodeFrame({ type: FrameType.Hello, streamId: 0, end: false, payload: ascii(text) });
}

describe('an open session', () => {
  test('carries an exchange, acknowledges it, and ends with empty tables', () => {
    const clock = new VirtualClock();
    const { relay, client, clientOwner } = memorySessions(clock);
    clock.advance(10);
    const visitor = new Recorder();
    relay.open(opening, request, true, visitor);
    clock.advance(10);
    const [accepted] = clientOwner.streams;
    expect(accepted?.open).toMatchObject({ opening, request });
    accepted?.stream.head('200\0OK', false);
    accepted?.stream.write(new Uint8Array(1000));
    accepted?.stream.end();
    clock.advance(50);
    expect([visitor.head, visitor.bytes, visitor.ended]).toEqual(['200\0OK', 1000, true]);
    expect([relay.streamCount, client.streamCount]).toEqual([0, 0]);
  });

  test('a long transfer over a slow link fills it, and no credit is lost', () => {
    const clock = new VirtualClock();
    const { relay, clientOwner } = memorySessions(clock, 50);
    clock.advance(500);
    const visitor = new Recorder();
    visitor.stream = relay.open(opening, request, true, visitor);
    clock.advance(100);
    const stream = clientOwner.streams[0]?.stream;
    stream?.head('200\0OK', false);
    let left = 400;
    const pump = () => {
      while (left > 0) {
        left--;
        if (stream?.write(new Uint8Array(64 * 1024)) === false) return;
      }
      stream?.end();
    };
    (stream?.handler as Recorder).drained = pump;
    pump();
    clock.advance(10_000);
    expect(visitor.bytes).toBe(400 * 64 * 1024);
    expect(visitor.ended).toBe(true);
  });

  test('one stream alone reaches 100 MiB/s at 100 ms', () => {
    const clock = new VirtualClock();
    const { relay, clientOwner } = memorySessions(clock, 50);
    clock.advance(500);
    const visitor = new Recorder();
    visitor.stream = relay.open(opening, request, true, visitor);
    clock.advance(100);
    const stream = clientOwner.streams[0]?.stream;
    stream?.head('200\0OK', false);
    const chunk = new Uint8Array(64 * 1024);
    const pump = () => {
      while (stream?.write(chunk));
    };
    (stream?.handler as Recorder).drained = pump;
    pump();
    clock.advance(4_000);
    const before = visitor.bytes;
    clock.advance(1_000);
    expect((visitor.bytes - before) / 2 ** 20).toBeGreaterThan(100);
  });

  test('control messages travel both ways', () => {
    const clock = new VirtualClock();
    const { relay, client, relayOwner, clientOwner } = memorySessions(clock);
    clock.advance(10);
    client.sendControl({
      type: 'tunnel.open',
      tunnel: 1,
      kind: 'http',
      name: 'ä',
      lease: '',
      pool: false,
    });
    relay.sendControl({ type: 'tunnel.closed', tunnel: 1, reason: 'because' });
    clock.advance(10);
    expect(relayOwner.control).toEqual([
      { type: 'tunnel.open', tunnel: 1, kind: 'http', name: 'ä', lease: '', pool: false },
    ]);
    expect(clientOwner.control).toEqual([{ type: 'tunnel.closed', tunnel: 1, reason: 'because' }]);
  });

  test('going away stops new streams and lets running ones finish', () => {
    const clock = new VirtualClock();
    const { relay, client, relayOwner, clientOwner } = memorySessions(clock);
    clock.advance(10);
    const visitor = new Recorder();
    relay.open(opening, request, true, visitor);
    clock.advance(10);
    client.goAway();
    clock.advance(10);
    expect(relayOwner.goingAway).toBe(1);
    expect(relay.open(opening, request, true, new Recorder())).toBeUndefined();
    clientOwner.streams[0]?.stream.head('200\0OK', true);
    clock.advance(10);
    expect(visitor.ended).toBe(true);
    expect(relay.state).toBe('open');
  });

  test('a peer that vanishes is noticed, and no timer stays', () => {
    const clock = new VirtualClock();
    const { relay, client, relayOwner, clientOwner, links } = memorySessions(clock);
    clock.advance(10);
    const visitor = new Recorder();
    relay.open(opening, request, true, visitor);
    clock.advance(10);
    for (const link of links) link.isLossy = true;
    clock.advance(13_000);
    expect(relayOwner.closed.map((end) => end.code)).toEqual(['SELLIA_HEARTBEAT']);
    expect(clientOwner.closed.map((end) => end.code)).toEqual(['SELLIA_HEARTBEAT']);
    expect(visitor.code).toBe('SELLIA_HEARTBEAT');
    expect([relay.state, client.state]).toEqual(['closed', 'closed']);
    clock.advance(100);
    expect(clock.pending).toBe(0);
  });

  test('an idle healthy session lives on', () => {
    const clock = new VirtualClock();
    const { relay, client } = memorySessions(clock);
    clock.advance(3_600_000);
    expect([relay.state, client.state]).toEqual(['open', 'open']);
  });

  test('a cut link fails every stream with LINK_LOST', () => {
    const clock = new VirtualClock();
    const { relay, relayOwner, clientOwner, links } = memorySessions(clock);
    clock.advance(10);
    const visitor = new Recorder();
    relay.open(opening, request, true, visitor);
    clock.advance(10);
    links[0].terminate();
    clock.advance(10);
    expect(visitor.code).toBe('SELLIA_LINK_LOST');
    expect(clientOwner.streams[0]?.stream.handler).toMatchObject({ stopCode: 'SELLIA_LINK_LOST' });
    expect([relayOwner.closed.length, clientOwner.closed.length]).toEqual([1, 1]);
  });
});

describe('a hostile peer of an open session', () => {
  const count = (value: number) => {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setBigUint64(0, BigInt(value));
    return bytes;
  };
  const cases: [string, number, Uint8Array, number, string][] = [
    ['a flood of PING', FrameType.Ping, count(1), 1000, 'SELLIA_TOO_MANY_FRAMES'],
    ['a flood of PONG', FrameType.Pong, count(1), 1000, 'SELLIA_TOO_MANY_FRAMES'],
    ['a flood of idle ACK', FrameType.Ack, count(0), 1000, 'SELLIA_TOO_MANY_FRAMES'],
    ['ACK of what was never sent', FrameType.Ack, count(1_000_000), 1, 'SELLIA_PROTOCOL'],
    ['ACK over 2^53', FrameType.Ack, new Uint8Array(8).fill(255), 1, 'SELLIA_PROTOCOL'],
    ['a second HELLO', FrameType.Hello, ascii('{}'), 1, 'SELLIA_PROTOCOL'],
    ['RESUME', FrameType.Resume, ascii('{}'), 1, 'SELLIA_PROTOCOL'],
    ['OPEN from a client', FrameType.Open, ascii('x'), 1, 'SELLIA_PROTOCOL'],
  ];
  test.each(cases)('%s ends it with a code', (_name, type, payload, times, code) => {
    const clock = new VirtualClock();
    const [transport, peer] = memoryPair(clock);
    const owner = new Owner();
    peer.listen({ onMessage: () => {}, onClose: () => {} });
    new Session({ role: 'relay', transport, clock, handler: owner, agent: 'a' });
    peer.send(hello({}), () => {});
    clock.advance(5);
    expect(owner.ready).toHaveLength(1);
    const streamId = type === FrameType.Open ? 1 : 0;
    const message = encodeFrame({ type, streamId, end: false, payload });
    for (let i = 0; i < times; i++) peer.send(message, () => {});
    clock.advance(5);
    expect(owner.closed.map((end) => end.code)).toEqual([code]);
  });

  test('heads are bounded by the limits of the wire', () => {
    expect(limits.MESSAGE_MAX).toBe(8 + limits.HEAD_MAX);
  });
});
