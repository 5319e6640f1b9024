/**
 * 2.K where the network itself breaks: the two programs in network stacks of their own, with a cable
 * between them. The visitor and the local server are outside, where no fault reaches.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as passed } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import {
  type Distance,
  longCableMissing,
  NamespacePair,
  namespacesMissing,
} from '../src/faults/index.ts';
import { type MixedExchange, visitMixed } from '../src/faults/mixed-visitors.ts';
import { CLIENT, eventually, RELAY, Visitor } from '../src/rig/index.ts';
import { MixedServer } from '../src/servers/mixed.ts';

const PORT = 8080;
const HOST = 'one.test';
const KINDS = ['download', 'upload', 'events', 'websocket', 'late'] as const;
const CONFORMANCE = fileURLToPath(new URL('..', import.meta.url));

/** A program in one of the namespaces, and what it has said. */
class Said {
  readonly child: ReturnType<NamespacePair['relay']['spawn']>;
  text = '';

  constructor(child: ReturnType<NamespacePair['relay']['spawn']>) {
    this.child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (bytes) => {
        this.text += bytes;
      });
    }
  }

  until(pattern: RegExp, guardMs = 20_000): Promise<true> {
    return eventually(
      () => pattern.test(this.text) || undefined,
      () => `${pattern} in ${this.text}`,
      guardMs,
    ).then(() => true);
  }

  count(text: string): number {
    return this.text.split(text).length - 1;
  }
}

/** Two network stacks, a relay in one and a client in the other. Owner: the test, by `close`. */
class Stage {
  readonly pair: NamespacePair;
  readonly server: MixedServer;
  readonly #folder = mkdtempSync(join(tmpdir(), 'sellia-network-'));
  readonly #relayArguments: readonly string[];
  relay!: Said;
  client!: Said;

  private constructor(pair: NamespacePair, server: MixedServer, args: readonly string[]) {
    this.pair = pair;
    this.server = server;
    this.#relayArguments = args;
  }

  static async open(relayArguments: string[] = [], distance?: Distance): Promise<Stage> {
    const pair = await NamespacePair.create(distance);
    const server = await MixedServer.start('0.0.0.0');
    const stage = new Stage(pair, server, relayArguments);
    await stage.startRelay();
    const { port } = new URL(server.url);
    const upstream = `http://${pair.outsideGateway('client')}:${port}`;
    const relay = `http://${pair.relay.address}:${PORT}`;
    stage.client = stage.#start(pair.client, CLIENT, [
      'http',
      upstream,
      '--no-inspector',
      '--subdomain',
      'one',
      '--server',
      relay,
    ]);
    await stage.client.until(/http:\/\/one\.test/);
    return stage;
  }

  async startRelay(): Promise<void> {
    const args = ['--host', '0.0.0.0', '--port', String(PORT), '--domain', 'test'];
    this.relay = this.#start(this.pair.relay, RELAY, [...args, ...this.#relayArguments]);
    await this.relay.until(/"listening"/);
  }

  get at() {
    return { address: this.pair.relay.outsideAddress, port: PORT, host: HOST };
  }

  /** Mixed exchanges that take about `ms`; what went wrong, by kind. */
  async visit(count: number, ms: number): Promise<string[]> {
    const exchanges = Array.from(
      { length: count },
      (_, id): MixedExchange => ({
        kind: KINDS[id % KINDS.length] as MixedExchange['kind'],
        id,
        steps: 20,
        pauseMs: ms / 20,
      }),
    );
    const outcomes = await Promise.allSettled(exchanges.map((each) => visitMixed(this.at, each)));
    return outcomes.flatMap((outcome, i) =>
      outcome.status === 'fulfilled' ? [] : [`${exchanges[i]?.kind}: ${outcome.reason}`],
    );
  }

  /** Milliseconds until a new request is answered right. */
  async answered(): Promise<number> {
    const askedAt = performance.now();
    await visitMixed(this.at, { kind: 'late', id: 1_000 + askedAt, steps: 1, pauseMs: 1 });
    return performance.now() - askedAt;
  }

  async close(): Promise<void> {
    await this.pair.remove();
    await this.server.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #start(where: NamespacePair['relay'], program: URL, args: readonly string[]): Said {
    return new Said(
      where.spawn(process.execPath, [fileURLToPath(program), ...args], {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, NO_COLOR: '1', SELLIA_STATE_DIR: this.#folder },
      }),
    );
  }
}

const missing = namespacesMissing();
const title = missing === undefined ? 'the network' : `the network (skipped: ${missing})`;

describe.skipIf(missing !== undefined).concurrent(title, () => {
  test('K05 is down for 4 s, shorter than silence is noticed: all streams finish', async () => {
    await using stage = await Stage.open();
    const visits = stage.visit(15, 2_000);
    await passed(500);
    await stage.pair.client.link('down');
    await passed(4_000);
    await stage.pair.client.link('up');
    expect(await visits).toEqual([]);
    expect(stage.relay.count('client connected')).toBe(1);
  });

  test('K05 is down for 15 s, noticed on both sides: all streams finish', async () => {
    await using stage = await Stage.open();
    const visits = stage.visit(15, 2_000);
    await passed(500);
    await stage.pair.client.link('down');
    await passed(15_000);
    await stage.pair.client.link('up');
    expect(await stage.answered()).toBeLessThan(5_000);
    expect(await visits).toEqual([]);
    expect(stage.relay.text).toContain('client back');
  });

  test('K06 is down for longer than the grace time: 502, not a hang, and back within 5 s', async () => {
    await using stage = await Stage.open(['--resume-grace', '2s', '--hold', '1s']);
    const visitor = await Visitor.open({ port: PORT, address: stage.at.address });
    visitor.send(`GET /late?pause=60000 HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`);
    await eventually(
      () => stage.server.asked.size === 1,
      () => 'the request arrives',
    );
    await stage.pair.relay.link('down');
    const downAt = performance.now();
    await Promise.all([
      stage.relay.until(/client away/),
      stage.client.until(/reconnecting|lost|silent/i),
    ]);
    expect(performance.now() - downAt).toBeLessThan(12_000);
    expect((await visitor.response(10_000)).status).toBe(502);
    expect(performance.now() - downAt).toBeLessThan(20_000);
    visitor.destroy();
    await expect(stage.answered()).rejects.toThrow(/^503: /);
    await stage.pair.heal();
    const healedAt = performance.now();
    await stage.relay.until(/client connected.*client connected/s);
    await stage.answered();
    expect(performance.now() - healedAt).toBeLessThan(5_000);
  });

  test.each(['up', 'down'] as const)('K07 loses what goes %s: all streams finish', async (way) => {
    await using stage = await Stage.open();
    const visits = stage.visit(10, 2_000);
    await passed(500);
    await stage.pair.drop(way);
    await stage.relay.until(/client away/);
    await stage.pair.heal();
    expect(await stage.answered()).toBeLessThan(5_000);
    expect(await visits).toEqual([]);
  });

  test('K08 the relay reboots behind a dead cable: the client finds the new one', async () => {
    await using stage = await Stage.open();
    await stage.pair.relay.link('down');
    stage.relay.child.kill('SIGKILL');
    await stage.startRelay();
    await passed(1_000);
    await stage.pair.relay.link('up');
    const upAt = performance.now();
    await stage.relay.until(/tunnel opened/);
    expect(performance.now() - upAt).toBeLessThan(12_000);
    await stage.answered();
  });

  test('K06 the client has another address: its streams go on from there', async () => {
    await using stage = await Stage.open();
    const visits = stage.visit(10, 2_000);
    await passed(500);
    await stage.pair.client.moveTo(stage.pair.spareAddress);
    const movedAt = performance.now();
    await stage.relay.until(/client back/);
    expect(performance.now() - movedAt).toBeLessThan(5_000);
    expect(await visits).toEqual([]);
  });

  const short = longCableMissing();
  const far = `200 ms and 2 % loss: all is right${short ? ` (skipped: ${short})` : ''}`;
  test.skipIf(short !== undefined)(far, async () => {
    const distance = { delayMs: 100, lossPercent: 2, seed: 7 };
    await using stage = await Stage.open([], distance);
    expect(await stage.visit(10, 2_000)).toEqual([]);
    expect(await stage.pair.lostPackets()).toBeGreaterThan(50);
    expect(stage.relay.count('client connected')).toBe(1);
  });

  test('K29 a visitor who vanishes while nothing is said is forgotten', async () => {
    await using pair = await NamespacePair.create();
    const relay = new Said(
      pair.relay.spawn(process.execPath, ['--input-type=module', '-e', VANISHING], {
        stdio: ['ignore', 'pipe', 'pipe'],
        cwd: CONFORMANCE,
      }),
    );
    await relay.until(/listening/);
    const visitor = new Said(
      pair.client.spawn(process.execPath, ['-e', VISITOR], { stdio: ['ignore', 'pipe', 'pipe'] }),
    );
    await visitor.until(/data: 0/);
    await relay.until(/visitors 1/);
    await pair.client.link('down');
    visitor.child.kill('SIGKILL');
    const goneAt = performance.now();
    await relay.until(/visitors 1.*visitors 0 streams 0/s, 20_000);
    expect(performance.now() - goneAt).toBeGreaterThan(1_000);
  });
});

/** A relay, a client and an event stream that says one thing; it counts its visitors aloud. */
const VANISHING = `
  import { createServer } from 'node:http';
  import { createRelay } from '@sellia/relay';
  import { connect } from '@sellia/client';
  const limits = { vanishedMs: 1_000 };
  const relay = await createRelay({ host: '0.0.0.0', port: ${PORT}, domain: 'test', limits });
  const server = createServer((request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    response.write('data: 0\\n\\n');
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const upstream = 'http://127.0.0.1:' + server.address().port;
  await connect({ server: 'http://127.0.0.1:${PORT}', upstream, name: 'one' });
  console.log('listening');
  let said = '';
  setInterval(() => {
    const { visitors, streams } = relay.stats();
    const text = 'visitors ' + visitors + ' streams ' + streams;
    if (text !== said) console.log((said = text));
  }, 20);
`;
const VISITOR = `
  const socket = require('node:net').connect(${PORT}, '10.77.0.1');
  socket.write('GET / HTTP/1.1\\r\\nHost: ${HOST}\\r\\n\\r\\n');
  socket.pipe(process.stdout);
`;
