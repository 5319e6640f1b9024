import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import {
  type Clock,
  FAREWELL_LOOKS,
  FAREWELL_MS,
  FAREWELL_QUIET_MS,
  systemClock,
} from '@sellia/session';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { SteppedClock } from '../src/control-peer/stepped-clock.ts';
import { eventually, type InProcessRig, startRig } from '../src/rig/index.ts';
import { handshake, Opcode, switchProtocols, webSocketFrame } from '../src/servers/upgrade.ts';

/**
 * What becomes of WebSockets when a relay has drained: each closes in its own protocol, behind whole
 * messages. Time moves only when a test says so, except where bulk needs it.
 */

const LARGE = 16 * 1024 * 1024;

/** One end of a WebSocket on `ws`: what it heard, and how it closed. */
class End {
  readonly socket: WebSocket;
  readonly messages: Buffer[] = [];
  closed: number | undefined;

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (bytes: Buffer) => this.messages.push(bytes));
    socket.on('close', (code) => {
      this.closed = code;
    });
    // A cut is an error to ws, and its close then has 1006.
    socket.on('error', () => {});
  }

  get texts(): string[] {
    return this.messages.map(String);
  }

  close(): Promise<number> {
    return eventually(
      () => this.closed,
      () => `no close, ${this.messages.length} messages`,
    );
  }
}

interface Pair {
  readonly visitor: End;
  readonly upstream: End;
}

class Stage {
  readonly server: WebSocketServer;
  readonly rig: InProcessRig;
  readonly #upstreams: End[] = [];

  constructor(server: WebSocketServer, rig: InProcessRig) {
    this.server = server;
    this.rig = rig;
    server.on('connection', (socket) => this.#upstreams.push(new End(socket)));
  }

  static async open(clock: Clock): Promise<Stage> {
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0, maxPayload: 2 * LARGE });
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const rig = await startRig({
      upstream: { url: `http://127.0.0.1:${port}` },
      relayOptions: { clock },
      connectOptions: { clock, reconnect: false },
    });
    return new Stage(server, rig);
  }

  async pair(): Promise<Pair> {
    const { rig } = this;
    const options = { headers: { Host: rig.host }, maxPayload: 2 * LARGE };
    const visitor = new End(new WebSocket(`ws://127.0.0.1:${rig.port}/`, options));
    await new Promise((resolve) => visitor.socket.once('open', resolve));
    return { visitor, upstream: this.#upstreams.at(-1) as End };
  }

  async close(): Promise<void> {
    await this.rig.close();
    for (const socket of this.server.clients) socket.terminate();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

const stages: Stage[] = [];
afterEach(async () => {
  for (const stage of stages.splice(0)) await stage.close();
});

async function openStage(clock: Clock): Promise<Stage> {
  const stage = await Stage.open(clock);
  stages.push(stage);
  return stage;
}

/** Drains for a moment, past the pause that the relay then waits for, and not near the cut. */
async function endDrain(rig: InProcessRig, clock: SteppedClock): Promise<void> {
  void rig.relay.close({ drainMs: 1 });
  for (let step = 0; step < 4; step++) await clock.advance(FAREWELL_QUIET_MS / 2);
}

/** Whole and closed, or cut and not: never half a message behind a close that looks clean. */
async function expectWholeOrCut(end: End, message: Buffer): Promise<void> {
  const code = await end.close();
  expect(end.messages.every((heard) => heard.equals(message))).toBe(true);
  if (code !== 1006) expect([code, end.messages.length]).toEqual([1012, 1]);
}

describe('the end of a drain', () => {
  test('idle WebSockets close with 1012 on both sides', async () => {
    const clock = new SteppedClock();
    const stage = await openStage(clock);
    const pairs = await Promise.all(Array.from({ length: 20 }, () => stage.pair()));
    await endDrain(stage.rig, clock);
    for (const { visitor, upstream } of pairs) {
      expect([await visitor.close(), await upstream.close()]).toEqual([1012, 1012]);
    }
    await stage.rig.relay.close();
  });

  test('of what is sent a beginning arrives, without a gap, and then the close', async () => {
    const clock = new SteppedClock();
    const stage = await openStage(clock);
    const { visitor, upstream } = await stage.pair();
    const talk = ({ socket }: End) => {
      let sent = 0;
      const more = () => {
        if (socket.readyState !== WebSocket.OPEN) return;
        socket.send(`${sent++}`);
        setImmediate(more);
      };
      more();
    };
    talk(visitor);
    talk(upstream);
    await endDrain(stage.rig, clock);
    for (let look = 1; look < FAREWELL_LOOKS; look++) {
      const heard = visitor.messages.length;
      await eventually(
        () => visitor.messages.length > heard || visitor.closed !== undefined,
        () => 'no message',
      );
      await clock.advance(FAREWELL_QUIET_MS);
    }
    expect([await visitor.close(), await upstream.close()]).toEqual([1012, 1012]);
    for (const { texts } of [visitor, upstream]) {
      expect(texts.length).toBeGreaterThan(0);
      expect(texts).toEqual(texts.map((_, i) => `${i}`));
    }
  });

  test('a message under way to the visitor is finished first', async () => {
    const clock = new SteppedClock();
    const stage = await openStage(clock);
    const [idle, { visitor, upstream }] = [await stage.pair(), await stage.pair()];
    upstream.socket.send('one', { fin: false });
    await endDrain(stage.rig, clock);
    expect(await idle.visitor.close()).toBe(1012);
    upstream.socket.send(' message', { fin: true });
    upstream.socket.send('another');
    expect([await visitor.close(), visitor.texts]).toEqual([1012, ['one message']]);
    expect(await upstream.close()).toBe(1012);
  });

  test('a message that is never finished is cut, not closed', async () => {
    const clock = new SteppedClock();
    const stage = await openStage(clock);
    const { visitor, upstream } = await stage.pair();
    upstream.socket.send('half a message', { fin: false });
    await endDrain(stage.rig, clock);
    expect(visitor.closed).toBeUndefined();
    await clock.advance(FAREWELL_MS);
    expect([await visitor.close(), visitor.messages]).toEqual([1006, []]);
    expect(await upstream.close()).toBe(1012);
  });

  test('what was sent before has arrived, in order', async () => {
    const stage = await openStage(systemClock);
    const { visitor, upstream } = await stage.pair();
    const texts = Array.from({ length: 300 }, (_, i) => `message ${i}`);
    for (const text of texts) {
      visitor.socket.send(text);
      upstream.socket.send(text);
    }
    await stage.rig.relay.close({ drainMs: 200 });
    expect([await visitor.close(), await upstream.close()]).toEqual([1012, 1012]);
    expect(visitor.texts).toEqual(texts);
    expect(upstream.texts).toEqual(texts);
  });

  const ways: [string, (socket: WebSocket, message: Buffer) => void][] = [
    ['one frame', (socket, message) => socket.send(message)],
    ['64 fragments', sendFragments],
    ['one compressed frame', (socket, message) => socket.send(message, { compress: true })],
  ];
  test.each(ways)('16 MiB both ways, in %s, are whole or cut', async (_how, send) => {
    const stage = await openStage(systemClock);
    const { visitor, upstream } = await stage.pair();
    const [up, down] = [randomBytes(LARGE), randomBytes(LARGE)];
    send(visitor.socket, up);
    send(upstream.socket, down);
    await stage.rig.relay.close({ drainMs: 1 });
    await expectWholeOrCut(visitor, down);
    await expectWholeOrCut(upstream, up);
  });

  test('a visitor that does not read is cut, and its upstream told', async () => {
    const stage = await openStage(systemClock);
    const { visitor, upstream } = await stage.pair();
    visitor.socket.pause();
    const chunk = Buffer.alloc(1024 * 1024);
    for (let i = 0; i < 32; i++) upstream.socket.send(chunk);
    await stage.rig.relay.close({ drainMs: 100 });
    expect(await upstream.close()).toBe(1012);
    visitor.socket.terminate();
  });
});

describe('a WebSocket that closes by itself', () => {
  test.each(['visitor', 'upstream'] as const)('keeps the code of its %s', async (who) => {
    const stage = await openStage(systemClock);
    const pair = await stage.pair();
    pair[who].socket.close(4321);
    await stage.rig.relay.close({ drainMs: 1 });
    expect([await pair.visitor.close(), await pair.upstream.close()]).toEqual([4321, 4321]);
  });

  test('hears nothing but the answer to its own close', async () => {
    const clock = new SteppedClock();
    await using rig = await startRig({
      relayOptions: { clock },
      connectOptions: { clock, reconnect: false },
    });
    rig.origin.script = (exchange) => switchProtocols(exchange);
    const visitor = await rig.send(handshake(rig, '/'));
    expect((await visitor.head()).status).toBe(101);
    const { connection } = await rig.origin.exchange();
    const payload = Buffer.of(0x0f, 0xa0);
    visitor.send(webSocketFrame({ opcode: Opcode.Close, payload, isMasked: true }));
    await rig.origin.when(() => connection.raw.length > 0, 'the close frame of the visitor');
    await endDrain(rig, clock);
    const answer = webSocketFrame({ opcode: Opcode.Close, payload });
    connection.socket.end(answer);
    expect(await visitor.closed()).toBe('fin');
    expect(visitor.raw).toEqual(answer);
  });
});

describe('a client that leaves', () => {
  test('WebSockets close with 1012 on both sides', async () => {
    const stage = await openStage(systemClock);
    const { visitor, upstream } = await stage.pair();
    await stage.rig.tunnel.close({ drainMs: 0 });
    expect([await visitor.close(), await upstream.close()]).toEqual([1012, 1012]);
  });
});

function sendFragments(socket: WebSocket, message: Buffer): void {
  const size = message.length / 64;
  for (let at = 0; at < message.length; at += size) {
    socket.send(message.subarray(at, at + size), { fin: at + size === message.length });
  }
}
