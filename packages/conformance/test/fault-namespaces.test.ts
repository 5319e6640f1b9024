/** Namespaces for tests: each fault on the cable, seen by two small programs at its ends. */
import type { ChildProcess, SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { connect as dial } from 'node:net';
import { createInterface, type Interface } from 'node:readline';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { longCableMissing, NamespacePair, namespacesMissing } from '../src/faults/index.ts';

/** Answers each line with the line and where it came from; prints what it hears. */
const SERVER = `
  const server = require('node:net').createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      console.log('heard ' + bytes);
      socket.write(bytes + ' from ' + socket.remoteAddress);
    });
  });
  server.listen(8080, '0.0.0.0', () => console.log('listening'));
`;

/** Each line of its input: \`dial\`, or something to say. Prints what it is answered. */
const CALLER = `
  let socket;
  require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
    if (line !== 'dial') return socket.write(line);
    socket = require('node:net').connect(8080, '10.77.0.1', () => console.log('connected'));
    socket.on('data', (bytes) => console.log('got ' + bytes));
    socket.on('error', (error) => console.log('lost ' + error.code));
  });
`;

const PIPES: SpawnOptions = { stdio: ['pipe', 'pipe', 'inherit'] };

/** A program's output, line by line. */
class Talk {
  readonly child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #reader: Interface;
  unread = 0;

  constructor(child: ChildProcess) {
    this.child = child;
    if (child.stdout === null) throw new Error('no output');
    this.#reader = createInterface(child.stdout);
    this.#reader.on('line', () => this.unread++);
    this.#lines = this.#reader[Symbol.asyncIterator]();
  }

  say(line: string): void {
    this.child.stdin?.write(`${line}\n`);
  }

  async line(): Promise<string> {
    const { value } = await this.#lines.next();
    this.unread--;
    return value;
  }
}

const missing = namespacesMissing();
const title = missing === undefined ? 'namespaces' : `namespaces (skipped: ${missing})`;

describe.skipIf(missing !== undefined)(title, () => {
  let pair: NamespacePair;
  let server: Talk;
  let caller: Talk;

  beforeAll(async () => {
    pair = await NamespacePair.create();
    server = new Talk(pair.relay.spawn(process.execPath, ['-e', SERVER], PIPES));
    expect(await server.line()).toBe('listening');
    caller = new Talk(pair.client.spawn(process.execPath, ['-e', CALLER], PIPES));
    await dialled();
  });
  afterEach(() => pair.heal());
  afterAll(() => pair?.remove());

  async function dialled(): Promise<void> {
    caller.say('dial');
    expect(await caller.line()).toBe('connected');
  }

  /** The way of the test itself, which no fault concerns; the cable's packets have had their time. */
  async function outside(): Promise<void> {
    const socket = dial({ port: 8080, host: pair.relay.outsideAddress });
    await once(socket, 'connect');
    for (const word of ['a', 'b', 'c', 'd', 'e']) {
      socket.write(word);
      const [answer] = await once(socket, 'data');
      expect(String(answer)).toBe(`${word} from ${pair.outsideGateway('relay')}`);
      expect(await server.line()).toBe(`heard ${word}`);
    }
    socket.destroy();
  }

  async function passes(word: string, from = pair.client.address): Promise<void> {
    caller.say(word);
    expect(await server.line()).toBe(`heard ${word}`);
    expect(await caller.line()).toBe(`got ${word} from ${from}`);
  }

  test('a program in each finds the other, and the test finds them', async () => {
    await passes('hello');
    await outside();
  });

  for (const side of ['relay', 'client'] as const) {
    test(`the ${side}'s end of the cable is out, then in: TCP goes on`, async () => {
      await pair[side].link('down');
      caller.say('down');
      await outside();
      expect([server.unread, caller.unread]).toEqual([0, 0]);
      await pair[side].link('up');
      expect(await server.line()).toBe('heard down');
      expect(await caller.line()).toBe('got down from 10.77.0.2');
    });
  }

  test('up alone is dropped, new connections too, without a word', async () => {
    await passes('before');
    await pair.drop('up');
    caller.say('up');
    await outside();
    expect([server.unread, caller.unread]).toEqual([0, 0]);
    await pair.heal();
    expect(await server.line()).toBe('heard up');
    expect(await caller.line()).toBe('got up from 10.77.0.2');
    await pair.drop('up');
    caller.say('dial');
    await outside();
    expect(caller.unread).toBe(0);
    await pair.heal();
    expect(await caller.line()).toBe('connected');
  });

  test('down alone is dropped: heard, not answered', async () => {
    await passes('before');
    await pair.drop('down');
    caller.say('down');
    expect(await server.line()).toBe('heard down');
    await outside();
    expect(caller.unread).toBe(0);
    await pair.heal();
    expect(await caller.line()).toBe('got down from 10.77.0.2');
  });

  test('the client moves: the old connection is silent, a new one has the new address', async () => {
    await pair.client.moveTo(pair.spareAddress);
    caller.say('moved');
    await outside();
    expect([server.unread, caller.unread]).toEqual([0, 0]);
    await dialled();
    await passes('again', '10.77.0.3');
  });

  const short = longCableMissing();
  const far = `a long cable is late, and loses some${short ? ` (skipped: ${short})` : ''}`;
  test.skipIf(short !== undefined)(far, async () => {
    const distance = { delayMs: 50, lossPercent: 50, seed: 1 };
    await using apart = await NamespacePair.create(distance);
    const echo = new Talk(apart.relay.spawn(process.execPath, ['-e', SERVER], PIPES));
    expect(await echo.line()).toBe('listening');
    const other = new Talk(apart.client.spawn(process.execPath, ['-e', CALLER], PIPES));
    const startedAt = performance.now();
    other.say('dial');
    expect(await other.line()).toBe('connected');
    expect(performance.now() - startedAt).toBeGreaterThan(95);
    expect(await apart.lostPackets()).toBeGreaterThan(0);
  });

  test('two pairs do not see each other; removed, nothing is left', async () => {
    const other = await NamespacePair.create();
    const child = other.client.spawn(process.execPath, ['-e', CALLER], PIPES);
    const stranger = new Talk(child);
    stranger.say('dial');
    expect(await stranger.line()).toBe('lost ECONNREFUSED');
    await other.remove();
    expect(child.signalCode).toBe('SIGKILL');
    await expect(other.client.link('up')).rejects.toThrow(/No such file/);
  });
});
