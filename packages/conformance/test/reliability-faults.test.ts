/**
 * 2.K, faults of links, clocks, local servers and handlers, with relay and client in this process: on
 * a clock where the case is about time. What needs processes is in reliability-processes.test.ts, what
 * needs a network in reliability-network.test.ts; K11 is in fault-proxy.test.ts.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, createConnection, type Socket } from 'node:net';
import { connect } from '@sellia/client';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { SteppedClock } from '../src/control-peer/stepped-clock.ts';
import { Random } from '../src/fuzz/random.ts';
import {
  eventually,
  HandlerOrigin,
  type InProcessRig,
  type RigOptions,
  startProcessRig,
  startRig,
  type Visitor,
} from '../src/rig/index.ts';
import { bulkDigest, MiB, sendBulk } from '../src/servers/bulk.ts';

async function started(options: RigOptions = {}): Promise<InProcessRig> {
  const rig = await startRig(options);
  onTestFinished(() => rig.close());
  return rig;
}

function get(rig: InProcessRig, target = '/'): Promise<Visitor> {
  return rig.send(`GET ${target} HTTP/1.1\r\n${rig.hostLine}\r\n`);
}

/** Resolves when the tunnel is where it should be. */
function stands(rig: InProcessRig, state: string): Promise<unknown> {
  return eventually(
    () => rig.tunnel.status.state === state,
    () => `the tunnel is ${rig.tunnel.status.state}`,
  );
}

describe('K01 K02 a client that is lost for good', () => {
  const begun = {
    '/length': 'Content-Length: 10\r\n\r\nhello',
    '/chunked': 'Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n',
    '/end': '\r\nhello',
  };

  test('a minute long its visitors wait, then they are cut', async () => {
    const clock = new SteppedClock();
    const rig = await started({
      relayOptions: { clock },
      // Its end is that of its process: it says nothing any more.
      connectOptions: { reconnect: false },
      hasFaultyLink: true,
    });
    rig.origin.script = ({ request, connection }) => {
      const rest = begun[request.target as keyof typeof begun];
      if (rest !== undefined) connection.socket.write(`HTTP/1.1 200 OK\r\n${rest}`);
    };
    const downloads = await Promise.all([
      get(rig, '/length'),
      get(rig, '/chunked'),
      rig.send(`GET /end HTTP/1.0\r\n${rig.hostLine}\r\n`),
    ]);
    for (const visitor of downloads) {
      await visitor.when(() => visitor.messages[0]?.text === 'hello', 'the first half');
    }
    const upload = await rig.send(
      `POST / HTTP/1.1\r\n${rig.hostLine}Content-Length: 10\r\n\r\nhello`,
    );
    await rig.origin.exchange(3);
    rig.link.cut('rst');
    await rig.tunnel.closed;
    await eventually(
      () => rig.events.some((event) => (event as { type: string }).type === 'session.away'),
      () => 'the relay has not noticed',
    );
    await clock.advance(59_000);
    expect([upload, ...downloads].map(({ ended }) => ended)).toEqual(Array(4).fill(undefined));
    await clock.advance(2_000);
    expect((await upload.response()).status).toBe(502);
    for (const visitor of downloads) {
      // A body that ends with the connection must not look whole.
      const ended = await visitor.closed();
      const [response] = visitor.messages;
      expect(response?.isComplete).toBe(false);
      if (response?.framing === 'close') expect(ended).toBe('reset');
    }
    expect(rig.relay.stats()).toMatchObject({ sessions: 0, streams: 0 });
  });
});

describe('slow links', () => {
  function bulk(rig: InProcessRig, total: number): void {
    rig.origin.script = async (exchange) => {
      exchange.send(`HTTP/1.1 200 OK\r\nContent-Length: ${total}\r\n\r\n`);
      await sendBulk(exchange.connection.socket, total);
    };
  }

  test('K10 100 ms of round trip: one stream reaches 30 MiB/s, on a link that was faster before', async () => {
    const rig = await started({ hasFaultyLink: true });
    // The old link had no delay at all; what was measured on it must not hold the new one back.
    rig.link.delay(50);
    rig.link.cut('rst');
    await stands(rig, 'reconnecting');
    await stands(rig, 'public');
    const total = 160 * MiB;
    bulk(rig, total);
    const visitor = await get(rig);
    const whole = visitor.response(30_000);
    const at = async (bytes: number) => {
      await visitor.when(() => visitor.receivedLength >= bytes, `${bytes} bytes`, 20_000);
      return performance.now();
    };
    const startedAt = performance.now();
    // The initial window in each round trip, at least; and it grows soon.
    expect((await at(MiB)) - startedAt).toBeLessThan(1_000);
    expect((await at(total / 2)) - startedAt).toBeLessThan(10_000);
    const step = total / 16;
    const rates: number[] = [];
    for (let bytes = total / 2, last = performance.now(); bytes < total; bytes += step) {
      const now = await at(bytes + step);
      rates.push(step / MiB / ((now - last) / 1_000));
      last = now;
    }
    // Other programs take their share of this machine, now and then.
    expect(Math.max(...rates)).toBeGreaterThan(30);
    expect((await whole).digest()).toBe(bulkDigest(total));
  });

  test('K13 64 KiB/s and bulk on it: small requests take 4 s at most', async () => {
    const rig = await started({ hasFaultyLink: true });
    bulk(rig, 64 * MiB);
    rig.link.throttle(64 * 1024);
    const visitor = await get(rig);
    await visitor.when(() => visitor.receivedLength > 64 * 1024, 'that it flows');
    for (let i = 0; i < 4; i++) {
      const askedAt = performance.now();
      await rig.canary();
      expect(performance.now() - askedAt).toBeLessThan(4_000);
    }
    expect(rig.tunnel.status.state).toBe('public');
  });
});

describe('on a clock', () => {
  let clock: SteppedClock;

  async function startOnClock(options: RigOptions = {}): Promise<InProcessRig> {
    clock = new SteppedClock();
    return started({
      ...options,
      relayOptions: { clock },
      connectOptions: { clock, ...options.connectOptions },
    });
  }

  test('K20 a local server that takes its time: served below a minute, 504 above', async () => {
    const rig = await startOnClock();
    rig.origin.script = () => {};
    const visitors = [await get(rig, '/slow'), await get(rig, '/too-slow')];
    const slow = await rig.origin.exchange(0);
    await rig.origin.exchange(1);
    await clock.advance(58_000);
    slow.send('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nslow');
    expect((await visitors[0]?.response())?.text).toBe('slow');
    expect(visitors[1]?.messages).toEqual([]);
    await clock.advance(3_000);
    expect((await visitors[1]?.response())?.status).toBe(504);
    await rig.settled();
  });

  test('K32 the link stands still for 15 s under 100 streams: none is lost', async () => {
    const rig = await startOnClock({
      hasFaultyLink: true,
      connectOptions: { limits: { reconnectBaseMs: 100 } },
    });
    const half = Buffer.alloc(20_000, 'half');
    rig.origin.script = (exchange) => {
      exchange.send(`HTTP/1.1 200 OK\r\nContent-Length: ${2 * half.length}\r\n\r\n`);
      exchange.send(half);
    };
    const visitors = await Promise.all(Array.from({ length: 100 }, (_, i) => get(rig, `/${i}`)));
    for (const visitor of visitors) {
      await visitor.when(() => visitor.messages[0]?.bodyLength === half.length, 'a half');
    }
    rig.link.blackHole();
    for (const exchange of rig.origin.exchanges) exchange.send(half);
    await clock.advance(15_000);
    expect(rig.tunnel.status.state).toBe('reconnecting');
    expect(visitors.every(({ isOpen }) => isOpen)).toBe(true);
    await rig.link.heal();
    for (let s = 0; s < 60 && rig.tunnel.status.state !== 'public'; s++) {
      await clock.advance(1_000);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await flows(Promise.all(visitors.map((visitor) => visitor.response())));
    for (const visitor of visitors) {
      expect(visitor.messages[0]?.body.equals(Buffer.concat([half, half]))).toBe(true);
    }
    await rig.settled();
  });

  test('K14 the client sleeps for an hour: back within 5 s, same name, what was open is cut', async () => {
    clock = new SteppedClock();
    const awake = new SteppedClock();
    const rig = await started({
      relayOptions: { clock: awake },
      connectOptions: { clock },
      hasFaultyLink: true,
    });
    rig.origin.script = (exchange) =>
      exchange.send('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello');
    const visitor = await get(rig);
    await visitor.when(() => visitor.messages[0]?.text === 'hello', 'the first half');
    const { url } = rig.tunnel;
    // Its machine is off: nothing is answered, and its clock stands still.
    rig.link.blackHole();
    await awake.advance(30_000);
    expect(visitor.ended).toBeUndefined();
    await awake.advance(60_000);
    await visitor.closed();
    expect(visitor.messages[0]?.isComplete).toBe(false);
    await awake.advance(3_600_000);
    await rig.link.heal();
    const statuses: string[] = [];
    rig.tunnel.on('status', ({ state }) => statuses.push(state));
    clock.oversleep(3_700_000);
    let answer: Promise<unknown> | undefined;
    for (let ms = 0; ms < 5_000; ms += 100) {
      await clock.advance(100);
      await awake.advance(100);
      await new Promise((resolve) => setTimeout(resolve, 5));
      if (rig.relay.stats().tunnels === 1) answer ??= rig.canary();
    }
    await answer;
    expect(answer).toBeDefined();
    expect([rig.tunnel.status.state, rig.tunnel.url]).toEqual(['public', url]);
    // Ten pings that fell due in its sleep are not ten attempts.
    expect(statuses.filter((state) => state === 'reconnecting').length).toBeLessThanOrEqual(2);
    expect(rig.link.counts.accepted).toBeLessThanOrEqual(4);
  });

  test.each([
    ['an hour ahead', 3_600_000],
    ['an hour back', -3_600_000],
  ])('K16 the wall clock jumps %s: nothing ends, nobody dials', async (_how, jumpMs) => {
    const { now } = Date;
    let offset = 0;
    vi.spyOn(Date, 'now').mockImplementation(() => now() + offset);
    onTestFinished(() => {
      vi.restoreAllMocks();
    });
    const rig = await startOnClock({ hasFaultyLink: true });
    rig.origin.script = (exchange) =>
      exchange.send('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello');
    const visitor = await get(rig);
    await visitor.when(() => visitor.messages[0]?.text === 'hello', 'the first half');
    const statuses: string[] = [];
    rig.tunnel.on('status', ({ state }) => statuses.push(state));
    offset = jumpMs;
    await flowing(clock, 30_000);
    (await rig.origin.exchange()).send('world');
    expect((await visitor.response()).text).toBe('helloworld');
    await rig.canary();
    expect(statuses).toEqual([]);
    expect(rig.link.counts.accepted).toBe(1);
    expect(rig.relay.stats()).toMatchObject({ sessions: 1, tunnels: 1 });
  });

  /** Moves on until `done` settles; sockets keep up. */
  async function flows(done: Promise<unknown>): Promise<void> {
    let isDone = false;
    void done.finally(() => {
      isDone = true;
    });
    while (!isDone) await flowing(clock, 100);
    await done;
  }
});

/** So many milliseconds, a tenth of a second at a time, with time for bytes to cross the proxy. */
async function flowing(clock: SteppedClock, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 100) {
    await clock.advance(100);
    if (passed % 1_000 === 0) await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

describe('local servers', () => {
  test('K18 closed, then open: 502 at once, then 200, the same tunnel', async () => {
    const server = new HandlerOrigin((_request, response) => response.end('here'));
    await server.listen();
    const { port, url } = server;
    await server.close();
    const rig = await started({ upstream: { url } });
    const askedAt = performance.now();
    expect((await rig.ask('/')).status).toBe(502);
    expect(performance.now() - askedAt).toBeLessThan(1_000);
    await new Promise<void>((resolve) => server.server.listen(port, '127.0.0.1', resolve));
    onTestFinished(() => server.close());
    expect((await rig.ask('/')).text).toBe('here');
    expect(rig.tunnel.status.state).toBe('public');
  });

  test.skipIf(process.platform !== 'linux')(
    'K19 one that accepts nobody: 504 at the connect timeout, other tunnels do not notice',
    async () => {
      const full = await FullServer.start();
      onTestFinished(() => full.close());
      const rig = await started({
        upstream: { url: `http://127.0.0.1:${full.port}` },
        connectOptions: { limits: { connectTimeoutMs: 700 } },
      });
      const other = new HandlerOrigin((_request, response) => response.end('other'));
      await other.listen();
      onTestFinished(() => other.close());
      const tunnel = await connect({ server: rig.relay.url, upstream: other.url, name: 'two' });
      onTestFinished(() => tunnel.close());
      const askedAt = performance.now();
      const visitors = await Promise.all(Array.from({ length: 20 }, (_, i) => get(rig, `/${i}`)));
      const neighbour = await rig.send(`GET / HTTP/1.1\r\nHost: two.${rig.domain}\r\n\r\n`);
      expect((await neighbour.response()).text).toBe('other');
      expect(performance.now() - askedAt).toBeLessThan(700);
      for (const visitor of visitors) expect((await visitor.response()).status).toBe(504);
      expect(performance.now() - askedAt).toBeLessThan(3_000);
      await rig.settled();
    },
  );

  test('K22 restarted between two requests: GET is served, POST is sent once', async () => {
    const rig = await started();
    const once = (method: string) => rig.ask(`/${method}`, { method, headers: bodyless(method) });
    for (const method of ['GET', 'POST']) {
      expect((await once(method)).status).toBe(200);
      // It closes in the very moment in which the next request is on its way to it.
      const { connection } = await rig.origin.exchange();
      rig.origin.script = (exchange) => {
        if (exchange.connection === connection) exchange.reset();
        else void exchange.send('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfresh');
      };
      const { status, text } = await once(method);
      const seen = rig.origin.exchanges.slice(1).length;
      if (method === 'GET') expect([status, text, seen]).toEqual([200, 'fresh', 2]);
      else expect([status, seen]).toEqual([502, 1]);
      // Or it has closed a moment ago: then both are served.
      expect((await once(method)).text).toBe('fresh');
      rig.origin.dropConnections();
      expect((await once(method)).text).toBe('fresh');
      rig.origin.dropConnections();
      await rig.reset();
    }
  });

  test.each(['::1', '127.0.0.1'])('K23 localhost that is only %s', async (address) => {
    const server = createServer((_request, response) => response.end('here'));
    const listening = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(0, address, () => resolve(true));
    });
    onTestFinished(() => void server.close());
    expect(listening, `this machine has no ${address}`).toBe(true);
    const { port } = server.address() as AddressInfo;
    const rig = await started({ upstream: { url: `http://localhost:${port}` } });
    expect((await rig.ask('/')).text).toBe('here');
  });
});

test.skipIf(process.platform !== 'linux')(
  'K24 a client out of descriptors: 502 or 503 for the overflow, and it recovers',
  async () => {
    const rig = await startProcessRig();
    onTestFinished(() => rig.close());
    await rig.canary();
    const { pid } = rig.client;
    const used = readdirSync(`/proc/${pid}/fd`).length;
    execFileSync('prlimit', ['--pid', String(pid), `--nofile=${used + 10}`]);
    rig.origin.script = () => {};
    const visitors = await Promise.all(
      Array.from({ length: 60 }, (_, i) => rig.send(`GET /${i} HTTP/1.1\r\n${rig.hostLine}\r\n`)),
    );
    const refused = () => visitors.filter(({ messages }) => messages.length > 0);
    await eventually(
      () => refused().length + rig.origin.exchanges.length >= visitors.length,
      () => `${refused().length} refused, ${rig.origin.exchanges.length} at the origin`,
    );
    expect(refused().length).toBeGreaterThan(0);
    for (const { messages } of refused()) expect([502, 503]).toContain(messages[0]?.status);
    for (const exchange of rig.origin.exchanges) {
      exchange.send('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlate');
    }
    for (const visitor of visitors) {
      const { status, text } = await visitor.response();
      if (status === 200) expect(text).toBe('late');
    }
    await rig.canary();
    rig.assertHealthy();
  },
);

test('K30 servers that reset or linger anywhere in their answer: as many are cut, none else', async () => {
  const seed = Number(process.env.SELLIA_SEED ?? Math.floor(Math.random() * 2 ** 31));
  const random = new Random(seed);
  const rig = await started();
  const size = 60_000;
  const body = Buffer.alloc(size, 'abcdefg');
  const cutAt = new Map<string, number>();
  const framings = ['Content-Length: 60000', 'Transfer-Encoding: chunked', 'X-Until: end'];
  rig.origin.script = (exchange) => {
    const { target } = exchange.request;
    const framing = framings[Number(target.slice(1)) % framings.length] as string;
    const isChunked = framing.startsWith('T');
    const whole = Buffer.concat([
      Buffer.from(`HTTP/1.1 200 OK\r\n${framing}\r\nConnection: close\r\n\r\n`),
      isChunked ? Buffer.from(`${size.toString(16)}\r\n`) : Buffer.alloc(0),
      body,
      isChunked ? Buffer.from('\r\n0\r\n\r\n') : Buffer.alloc(0),
    ]);
    const cut = cutAt.get(target);
    exchange.send(whole.subarray(0, cut));
    const { socket } = exchange.connection;
    // What was written has left for the other side before the reset does.
    if (cut !== undefined) setTimeout(() => socket.resetAndDestroy(), random.below(20));
    else setTimeout(() => socket.end(), random.below(50));
  };
  const one = async (i: number) => {
    const target = `/${i}`;
    if (random.below(2) === 0) cutAt.set(target, random.below(size));
    const visitor = await get(rig, target);
    await visitor.when(
      () => visitor.messages[0]?.isComplete === true || visitor.ended !== undefined,
      'an end',
    );
    const [response] = visitor.messages;
    const isWhole = response?.status === 200 && response.isComplete && !response.isAborted;
    if (isWhole) expect(response?.body.equals(body), `SELLIA_SEED=${seed}`).toBe(true);
    expect([target, isWhole], `SELLIA_SEED=${seed}`).toEqual([target, !cutAt.has(target)]);
    visitor.destroy();
  };
  for (let i = 0; i < 600; i += 30) {
    await Promise.all(Array.from({ length: 30 }, (_, j) => one(i + j)));
  }
  const codes = rig.events.flatMap((event) => {
    const { type, code } = event as { type: string; code?: string };
    return type === 'exchange.ended' ? [code] : [];
  });
  expect(codes.filter((code) => code !== '').length).toBe(cutAt.size);
  await rig.settled();
  expect(rig.tunnel.stats()).toEqual({ streams: 0, sockets: 0 });
});

function bodyless(method: string): string {
  return method === 'POST' ? 'Content-Length: 0\r\n' : '';
}

/** A local server whose backlog is full: its process stands still, and SYNs are dropped. */
class FullServer {
  readonly port: number;
  readonly #child: ChildProcess;
  readonly #fillers: Socket[];

  private constructor(child: ChildProcess, port: number, fillers: Socket[]) {
    this.#child = child;
    this.port = port;
    this.#fillers = fillers;
  }

  static async start(): Promise<FullServer> {
    const source = `
      const server = require('node:net').createServer();
      server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => console.log(server.address().port));
    `;
    const child = spawn(process.execPath, ['-e', source], { stdio: ['ignore', 'pipe', 'inherit'] });
    const port = await new Promise<number>((resolve) => {
      child.stdout?.once('data', (text) => resolve(Number(text)));
    });
    child.kill('SIGSTOP');
    const fillers = Array.from({ length: 8 }, () => createConnection(port, '127.0.0.1'));
    for (const socket of fillers) socket.on('error', () => {});
    await eventually(
      () => fillers.filter((socket) => !socket.connecting).length >= 2,
      () => 'the backlog fills',
    );
    return new FullServer(child, port, fillers);
  }

  async close(): Promise<void> {
    for (const socket of this.#fillers) socket.destroy();
    this.#child.kill('SIGKILL');
  }
}

afterEach(() => {
  vi.restoreAllMocks();
});
