import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { type PerMessageDeflateOptions, WebSocket, WebSocketServer } from 'ws';
import type { SocketTap } from '../../../src/capture/websocket/socket-tap.ts';
import { WireTap } from './wire-tap.ts';

const ended: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of ended.splice(0).reverse()) await end();
});

type Deflate = boolean | PerMessageDeflateOptions;

/** A visitor and an upstream of the ws library, with a tap between them. */
async function openPair(deflate: Deflate, onTap: (tap: SocketTap) => void = () => {}) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: deflate });
  await once(server, 'listening');
  ended.push(() => void server.close());
  let tap: SocketTap | undefined;
  const wire = new WireTap((server.address() as AddressInfo).port, (one) => {
    tap = one;
    onTap(one);
  });
  const port = await wire.listen();
  ended.push(() => wire.close());
  const accepted = once(server, 'connection') as Promise<[WebSocket]>;
  const visitor = new WebSocket(`ws://127.0.0.1:${port}/`, { perMessageDeflate: deflate });
  await once(visitor, 'open');
  const [upstream] = await accepted;
  ended.push(() => visitor.terminate());
  return { visitor, upstream, tap: tap as SocketTap };
}

/** Texts and binaries, short and long, some like those before. */
function messages(): (string | Buffer)[] {
  const list: (string | Buffer)[] = [];
  for (let i = 0; i < 60; i++) {
    list.push(
      JSON.stringify({ id: i, text: 'the same words again and again', more: 'é'.repeat(i * 20) }),
    );
    if (i % 5 === 0)
      list.push(Buffer.from(Uint8Array.from({ length: i * 300 }, (_, at) => at * i)));
  }
  return list;
}

async function exchange(from: WebSocket, to: WebSocket, list: readonly (string | Buffer)[]) {
  let left = list.length;
  const all = new Promise<void>((done) => {
    to.on('message', () => {
      if (--left === 0) done();
    });
  });
  for (const message of list) from.send(message);
  await all;
  to.removeAllListeners('message');
}

function shown(tap: SocketTap, direction: string) {
  const own = (tap.recorder?.read() ?? []).filter((one) => one.direction === direction);
  return own.map(({ content }) => (typeof content === 'string' ? content : Buffer.from(content)));
}

const threshold = 0;
const kinds: [string, Deflate][] = [
  ['without compression', false],
  ['with context takeover', { threshold }],
  [
    'without context takeover',
    { threshold, serverNoContextTakeover: true, clientNoContextTakeover: true },
  ],
  ['with small windows', { threshold, serverMaxWindowBits: 9, clientMaxWindowBits: 9 }],
  ['with takeover of the visitor alone', { threshold, serverNoContextTakeover: true }],
  ['with compression of long messages alone', { threshold: 200 }],
];

describe('a recording of real WebSockets', () => {
  test.each(kinds)('shows what was sent, %s', async (_, deflate) => {
    const list = messages();
    const pair = await openPair(deflate, (tap) => tap.record('full', Date.now()));
    const { visitor, upstream, tap } = pair;
    await Promise.all([exchange(visitor, upstream, list), exchange(upstream, visitor, list)]);
    expect(tap.handshake.odd).toEqual([]);
    expect(shown(tap, 'request')).toEqual(list);
    expect(shown(tap, 'response')).toEqual(list);
    const { up, down } = tap.snapshot();
    expect([up.messages, down.messages]).toEqual([list.length, list.length]);
  });

  test('that begins too late shows right text or a word, never rubbish', async () => {
    const { visitor, upstream, tap } = await openPair({ threshold });
    const list = messages();
    await exchange(upstream, visitor, list.slice(0, 10));
    const recorder = tap.record('full', Date.now());
    await exchange(upstream, visitor, list.slice(10));
    const read = recorder.read();
    expect(read).toHaveLength(list.length - 10);
    for (const [i, { content, note }] of read.entries()) {
      if (note !== '') expect(content).toHaveLength(0);
      else
        expect(typeof content === 'string' ? content : Buffer.from(content)).toEqual(list[i + 10]);
    }
    expect(read[0]?.note).toBe('recording began too late to decompress');
  });

  test('with pings, fragments and a close', async () => {
    const pair = await openPair(false, (tap) => tap.record('messages', Date.now()));
    const { visitor, upstream, tap } = pair;
    upstream.ping('are you there');
    await once(upstream, 'pong');
    visitor.send('one ', { fin: false });
    visitor.send('two ', { fin: false });
    visitor.send('three', { fin: true });
    await once(upstream, 'message');
    expect(tap.state).toBe('open');
    upstream.close(4242, 'enough');
    await once(visitor, 'close');
    expect(tap.state).toBe('closed');
    expect(tap.close).toMatchObject({ code: 4242, reason: 'enough', side: 'upstream' });
    const detail = tap.detail(Date.now());
    expect(detail.answer).toMatchObject({ code: 4242, side: 'visitor' });
    expect(detail.up).toMatchObject({ messages: 1, fragmented: 1, dataFrames: 3, pongs: 1 });
    expect(detail.down.roundTripMs).toBeGreaterThanOrEqual(0);
    expect(tap.recorder?.read()[2]).toMatchObject({ content: 'one two three', bytes: 13 });
  });
});
