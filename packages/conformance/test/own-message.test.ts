/** Messages of the owner's own, put into WebSockets of visitors. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ExchangeFact, OWN_MESSAGE_MAX, type OwnMessage } from '@sellia/client';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ClientOptions, WebSocket, WebSocketServer } from 'ws';
import { eventually, type InProcessRig, startRig } from '../src/rig/index.ts';

let server: Server;
let rig: InProcessRig;
let sockets: WebSocketServer;
const facts: ExchangeFact[] = [];

beforeEach(async () => {
  server = createServer();
  sockets = new WebSocketServer({ server, perMessageDeflate: { threshold: 0 } });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  rig = await startRig({ upstream: { url: `http://127.0.0.1:${port}` } });
  facts.length = 0;
  rig.tunnel.feed.subscribe((fact) => {
    if (fact.type !== 'bodyChunk') facts.push(fact);
    else facts.push({ ...fact, chunk: Buffer.from(fact.chunk) });
  });
});
afterEach(async () => {
  for (const socket of sockets.clients) socket.terminate();
  rig.assertHealthy();
  await rig.close();
  server.close();
});

/** One end, and what it has heard: text as it is, bytes as a Buffer. */
class End {
  readonly socket: WebSocket;
  readonly heard: (string | Buffer)[] = [];

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('error', () => {});
    socket.on('message', (content: Buffer, isBinary) => {
      this.heard.push(isBinary ? content : String(content));
    });
  }

  async heardAll(expected: readonly (string | Buffer)[]): Promise<void> {
    await eventually(
      () => this.heard.length >= expected.length,
      () => `${expected.length} messages; there are ${this.heard.length}`,
    );
    expect(this.heard).toEqual(expected);
  }
}

async function pair(options: ClientOptions = { perMessageDeflate: false }) {
  const accepted = new Promise<WebSocket>((resolve) => sockets.once('connection', resolve));
  const headers = { Host: rig.host };
  const visitor = new End(new WebSocket(`ws://127.0.0.1:${rig.port}/`, { ...options, headers }));
  const upstream = new End(await accepted);
  await eventually(
    () => visitor.socket.readyState === WebSocket.OPEN,
    () => 'the visitor',
  );
  return { visitor, upstream };
}

/** Into the only exchange; a few wait at a time for the end of a message, and no more. */
async function put(message: OwnMessage): Promise<void> {
  await eventually(
    () => {
      try {
        rig.tunnel.sendMessage(1, message);
        return true;
      } catch {
        return false;
      }
    },
    () => 'room for a message',
  );
}

describe.each([
  ['plain', { perMessageDeflate: false }],
  ['compressed, with context', { perMessageDeflate: { threshold: 0 } }],
] as const)('%s', (_what, options) => {
  test('they reach either end as text or bytes, and the conversation goes on', async () => {
    const { visitor, upstream } = await pair(options);
    const bytes = Buffer.from([0, 255, 1]);
    visitor.socket.send('hello hello hello');
    await upstream.heardAll(['hello hello hello']);
    rig.tunnel.sendMessage(1, { to: 'upstream', content: 'grüße' });
    rig.tunnel.sendMessage(1, { to: 'upstream', content: bytes });
    rig.tunnel.sendMessage(1, { to: 'visitor', content: '' });
    rig.tunnel.sendMessage(1, { to: 'visitor', content: bytes });
    await upstream.heardAll(['hello hello hello', 'grüße', bytes]);
    await visitor.heardAll(['', bytes]);
    visitor.socket.send('hello hello hello');
    upstream.socket.send('hello hello hello');
    await upstream.heardAll(['hello hello hello', 'grüße', bytes, 'hello hello hello']);
    await visitor.heardAll(['', bytes, 'hello hello hello']);
    const own = facts.filter((fact) => fact.type === 'bodyChunk' && fact.isOwn === true);
    expect(own).toHaveLength(4);
    visitor.socket.close(1000);
  });

  test('in the midst of traffic both ways nothing is lost, changed or out of order', async () => {
    const { visitor, upstream } = await pair(options);
    const [count, every] = [1_500, 50];
    const theirs = (i: number) => `${i} ${'x'.repeat((i * 37) % 3_000)}`;
    for (let i = 0; i < count; i++) {
      visitor.socket.send(theirs(i));
      upstream.socket.send(theirs(i));
      if (i % every !== 0) continue;
      await put({ to: 'upstream', content: `own ${i}` });
      await put({ to: 'visitor', content: Buffer.from(`own ${i}`) });
      await new Promise(setImmediate);
    }
    for (const { heard } of [visitor, upstream]) {
      await eventually(
        () => heard.length === count + count / every,
        () => `all messages; there are ${heard.length}`,
      );
      const texts = heard.map(String);
      const own = texts.filter((text) => text.startsWith('own'));
      expect(own).toEqual(Array.from({ length: count / every }, (_, i) => `own ${i * every}`));
      const others = texts.filter((text) => !text.startsWith('own'));
      expect(others).toEqual(Array.from({ length: count }, (_, i) => theirs(i)));
    }
  });
});

test('they wait for the end of a message in fragments', async () => {
  const { visitor, upstream } = await pair();
  visitor.socket.send('one ', { fin: false });
  await eventually(
    () => facts.some(({ type }) => type === 'bodyChunk'),
    () => 'the first fragment',
  );
  rig.tunnel.sendMessage(1, { to: 'upstream', content: 'own' });
  rig.tunnel.sendMessage(1, { to: 'visitor', content: 'the other way is free' });
  await visitor.heardAll(['the other way is free']);
  visitor.socket.send('whole', { fin: true });
  await upstream.heardAll(['one whole', 'own']);
});

test('as many as the longest may be pass an end that reads slowly, and what comes behind', async () => {
  const { visitor, upstream } = await pair();
  upstream.socket.pause();
  const content = 'y'.repeat(OWN_MESSAGE_MAX);
  const theirs = 'z'.repeat(50_000);
  expect(rig.tunnel.waitingBytes(1)).toEqual({ toUpstream: 0, toVisitor: 0 });
  for (let i = 0; i < 40; i++) {
    visitor.socket.send(theirs);
    await new Promise(setImmediate);
    if (i === 12) {
      // The kernel takes some of it; the rest is told.
      for (let more = 0; more < 200; more++) visitor.socket.send(theirs);
      await eventually(
        () => (rig.tunnel.waitingBytes(1)?.toUpstream ?? 0) > 50_000,
        () => 'bytes that wait',
      );
      upstream.socket.resume();
    }
    await put({ to: 'upstream', content });
  }
  await eventually(
    () => upstream.heard.length === 280,
    () => `280 messages; there are ${upstream.heard.length}`,
  );
  expect(rig.tunnel.waitingBytes(1)).toEqual({ toUpstream: 0, toVisitor: 0 });
  expect(upstream.heard.filter((text) => text === content)).toHaveLength(40);
  expect(upstream.heard.filter((text) => text === theirs)).toHaveLength(240);
});

test('they are refused in words where none can be sent', async () => {
  const send = (exchange: number, content: string) => () =>
    rig.tunnel.sendMessage(exchange, { to: 'upstream', content });
  expect(send(1, '')).toThrow('The WebSocket is not open.');
  const { visitor, upstream } = await pair();
  expect(send(2, '')).toThrow('not open');
  const long = 'ü'.repeat(OWN_MESSAGE_MAX / 2 + 1);
  expect(send(1, long)).toThrow(/may have 65535 bytes; this one has \d+/);
  send(1, 'last')();
  await upstream.heardAll(['last']);
  visitor.socket.close(1000);
  await eventually(
    () => facts.some(({ type }) => type === 'closed'),
    () => 'the end',
  );
  expect(send(1, '')).toThrow('not open');
  expect(rig.tunnel.waitingBytes(1)).toBeUndefined();
});
