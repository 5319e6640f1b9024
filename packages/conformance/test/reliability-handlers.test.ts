/**
 * K28: every handler of a stream throws once, at the relay and at the client. The exchange it belongs
 * to may fail, visibly; all others, the session and the process go on.
 */
import { ServerResponse } from 'node:http';
import { Mux, type MuxStream, type StreamHandler } from '@sellia/protocol';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { eventually, type InProcessRig, type OriginExchange, startRig } from '../src/rig/index.ts';
import { handshake, switchProtocols } from '../src/servers/upgrade.ts';

const KiB = 1024;
const LARGE = Buffer.alloc(1024 * KiB, 'abcdefg');
/** The wait for a head, which one of the exchanges sits through. */
const HEAD_MS = 600;
/** A connection lives on for so long behind an answer that came before the whole request. */
const LINGER_MS = 50;

type Methods = Record<string, unknown>;

/** Handlers by their class; an exchange below comes across each of them. */
const HANDLERS: Readonly<Record<string, string>> = {
  Exchange:
    'begin open onInfo onHead onData onTrailers onEnd onReset onDrain responseDone requestBroke ' +
    'visitorLeft sweep',
  UpgradeTurn: 'begin open onHead onData onReset responseDone visitorLeft sweep',
  HttpForward:
    'onData onTrailers onEnd onStop onDrain onInterim onResponse onBody onWritable onComplete ' +
    'onFailure onDeadline',
  UpgradeForward: 'onInterim onSwitch onResponse onBody onComplete onFailure onDeadline',
  Splice: 'onData onEnd onReset onStop onDrain',
};
/** Behind these nobody comes who would end the exchange: they throw for each exchange, too. */
const LAST: Readonly<Record<string, string>> = {
  Exchange: 'responseDone',
  UpgradeTurn: 'responseDone',
  HttpForward: 'onResponse onBody onComplete onFailure onDeadline',
  UpgradeForward: 'onSwitch onResponse onComplete onFailure onDeadline',
};

/** What all handlers call, those of sockets and timers too: wherever one is called, it throws there. */
const CALLED = ['head', 'write', 'consume', 'trailers', 'end'];
/** Of its calls while all the exchanges below are made. */
const CALLS_TRIED = 24;

/** Called once a visitor has taken the whole response, be that at once or much later. */
const ENDS = { Exchange: 'responseDone', UpgradeTurn: 'responseDone' };

function casesOf(handlers: Readonly<Record<string, string>>) {
  return Object.entries(handlers).flatMap(([name, methods]) =>
    methods.split(' ').map((method) => [name, method] as const),
  );
}

let rig: InProcessRig;
const prototypes = new Map<string, Methods>();
const faults: unknown[] = [];

const uncaught: unknown[] = [];
const others = process.listeners('uncaughtException');
beforeEach(async () => {
  rig = await startRig({
    relayOptions: { limits: { lingerMs: LINGER_MS } },
    connectOptions: { limits: { headTimeoutMs: HEAD_MS } },
  });
  rig.tunnel.on('fault', (error) => faults.push(error));
  if (prototypes.size === 0) await learnHandlers();
  uncaught.length = 0;
  process.removeAllListeners('uncaughtException');
  process.on('uncaughtException', (error) => uncaught.push(error));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rig.close();
  process.removeAllListeners('uncaughtException');
  for (const listener of others) process.on('uncaughtException', listener);
});

/** The classes are nobody's business outside of their packages; their objects show them. */
async function learnHandlers(): Promise<void> {
  const learn = (handler: StreamHandler) => {
    prototypes.set(handler.constructor.name, Object.getPrototypeOf(handler));
  };
  const { open } = Mux.prototype;
  let isFirst = true;
  vi.spyOn(Mux.prototype, 'open').mockImplementation(function (this: Mux, text, ended, handler) {
    const stream = open.call(this, text, ended, handler);
    learn(handler);
    if (isFirst && stream !== undefined) learnOfStreams(Object.getPrototypeOf(stream), learn);
    isFirst = false;
    return stream;
  });
  await visitAll();
  vi.restoreAllMocks();
}

/** Both ends of a stream are of one class. */
function learnOfStreams(prototype: MuxStream, learn: (handler: StreamHandler) => void): void {
  prototypes.set('MuxStream', prototype as unknown as Methods);
  const { head, write } = prototype;
  vi.spyOn(prototype, 'head').mockImplementation(function (this: MuxStream, text, ended) {
    learn(this.handler);
    return head.call(this, text, ended);
  });
  vi.spyOn(prototype, 'write').mockImplementation(function (this: MuxStream, chunk) {
    learn(this.handler);
    return write.call(this, chunk);
  });
}

/**
 * `good`: as without a fault. `failed`: the visitor can see it, and at once: a 504 has been waited for.
 * Whatever else there is rejects.
 */
type Outcome = 'good' | 'failed';

const targets = new Map<string, (exchange: OriginExchange) => unknown>();

/** One exchange: what O does, what V sends, and how V judges it. */
function visit(
  name: string,
  script: (exchange: OriginExchange) => unknown,
  go: (target: string) => Promise<Outcome>,
): () => Promise<Outcome> {
  const target = `/${name}`;
  targets.set(target, script);
  return () => go(target);
}

async function answered(
  bytes: string | (() => Promise<Awaited<ReturnType<InProcessRig['send']>>>),
  isGood: (text: string, status: number) => boolean,
): Promise<Outcome> {
  const visitor = typeof bytes === 'string' ? await rig.send(bytes) : await bytes();
  const isOver = () => visitor.messages[0]?.isComplete === true || visitor.ended !== undefined;
  await visitor.when(isOver, 'an end');
  visitor.destroy();
  const [response] = visitor.messages;
  if (response === undefined || !response.isComplete || response.isAborted) {
    return isGood('', 0) ? 'good' : 'failed';
  }
  if (isGood(response.text, response.status)) return 'good';
  return failedBy(response.status);
}

function failedBy(status: number): 'failed' {
  if (status === 500 || status === 502) return 'failed';
  throw new Error(`a wrong answer: ${status}`);
}

/** An upgraded visitor; undefined when there was no 101 but a failure. */
async function upgraded(target: string) {
  const visitor = await rig.send(handshake(rig, target), { holdsOpen: true });
  const isOver = () => visitor.messages.length > 0 || visitor.ended !== undefined;
  await visitor.when(isOver, 'an answer to the upgrade');
  const status = visitor.messages[0]?.status;
  if (status === 101) return visitor;
  if (status !== undefined) failedBy(status);
  return undefined;
}

const plain = (target: string, method = 'GET', lines = '') =>
  `${method} ${target} HTTP/1.1\r\n${rig.hostLine}${lines}\r\n`;

const visits = {
  trailers: visit(
    'trailers',
    (exchange) => {
      exchange.send('HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n');
      exchange.send('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X\r\n\r\n');
      exchange.send('5\r\nhello\r\n0\r\nX: 1\r\n\r\n');
    },
    (target) => answered(plain(target, 'GET', 'TE: trailers\r\n'), (text) => text === 'hello'),
  ),
  upload: visit(
    'upload',
    async (exchange) => {
      const { socket } = exchange.connection;
      socket.pause();
      setTimeout(() => socket.resume(), 30);
      const { bodyLength } = await exchange.whole();
      const text = String(bodyLength);
      exchange.send(`HTTP/1.1 200 OK\r\nContent-Length: ${text.length}\r\n\r\n${text}`);
    },
    (target) =>
      answered(
        async () => {
          const visitor = await rig.send(
            plain(target, 'POST', 'Transfer-Encoding: chunked\r\nTrailer: X\r\n'),
          );
          for (let i = 0; i < 4; i++) {
            visitor.send(`${LARGE.length.toString(16)}\r\n`);
            visitor.send(LARGE);
            visitor.send('\r\n');
          }
          visitor.send('0\r\nX: 1\r\n\r\n');
          return visitor;
        },
        (text) => text === String(4 * LARGE.length),
      ),
  ),
  download: visit(
    'download',
    (exchange) => {
      exchange.send(`HTTP/1.1 200 OK\r\nContent-Length: ${4 * LARGE.length}\r\n\r\n`);
      for (let i = 0; i < 4; i++) exchange.send(LARGE);
    },
    (target) =>
      answered(
        async () => {
          const visitor = await rig.send(plain(target));
          visitor.pause();
          setTimeout(() => visitor.resume(), 30);
          return visitor;
        },
        (text) => text.length === 4 * LARGE.length,
      ),
  ),
  reset: visit(
    'reset',
    (exchange) => {
      exchange.send('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello');
      setTimeout(() => exchange.reset(), 20);
    },
    (target) => answered(plain(target), (_text, status) => status === 0),
  ),
  visitorLeaves: visit(
    'visitor-leaves',
    (exchange) => exchange.send('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello'),
    async (target) => {
      const visitor = await rig.send(plain(target));
      const isMoving = () => visitor.receivedLength > 0 || visitor.ended !== undefined;
      await visitor.when(isMoving, 'anything');
      visitor.reset();
      return 'good';
    },
  ),
  leavesUpload: visit(
    'leaves-upload',
    () => {},
    async (target) => {
      const visitor = await rig.send(plain(target, 'POST', 'Content-Length: 10\r\n'));
      visitor.send('hello');
      const arrived = () =>
        rig.origin.exchanges.some(({ request }) => request.target === target) ||
        visitor.messages.length > 0 ||
        visitor.ended !== undefined;
      await rig.origin.when(arrived, 'the upload').catch(() => {});
      visitor.reset();
      return 'good';
    },
  ),
  broken: visit(
    'broken',
    (exchange) => exchange.reset(),
    (target) => answered(plain(target), (_text, status) => status === 502),
  ),
  earlyAnswer: visit(
    'early-answer',
    (exchange) => exchange.send('HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno'),
    (target) =>
      answered(
        `${plain(target, 'POST', 'Content-Length: 10\r\n')}hello`,
        (text, status) => status === 413 && text === 'no',
      ),
  ),
  badChunk: visit(
    'bad-chunk',
    () => {},
    (target) =>
      answered(
        `${plain(target, 'POST', 'Transfer-Encoding: chunked\r\n')}5\r\nhello\r\nx\r\n`,
        (_text, status) => status === 400,
      ),
  ),
  silent: visit(
    'silent',
    () => {},
    (target) => answered(plain(target), (_text, status) => status === 504),
  ),
  upgrade: visit(
    'upgrade',
    (exchange) => {
      const { socket } = exchange.connection;
      switchProtocols(exchange);
      socket.pipe(socket);
    },
    async (target) => {
      const visitor = await upgraded(target);
      if (visitor === undefined) return 'failed';
      visitor.pause();
      for (let i = 0; i < 4; i++) visitor.send(LARGE);
      setTimeout(() => visitor.resume(), 30);
      const isWholeNow = () => visitor.raw.length === 4 * LARGE.length;
      await visitor.when(() => isWholeNow() || visitor.ended !== undefined, 'all, or an end');
      visitor.end();
      await visitor.closed();
      visitor.destroy();
      const isWhole = isWholeNow();
      if (!isWhole && visitor.ended === 'fin') throw new Error('a cut that looks like an end');
      return isWhole ? 'good' : 'failed';
    },
  ),
  upgradeRefused: visit(
    'upgrade-refused',
    (exchange) => {
      exchange.send('HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n');
      exchange.send(`HTTP/1.1 403 Forbidden\r\nContent-Length: ${LARGE.length}\r\n\r\n`);
      exchange.send(LARGE);
    },
    (target) =>
      answered(
        handshake(rig, target),
        (text, status) => status === 403 && text.length === LARGE.length,
      ),
  ),
  upgradeBroken: visit(
    'upgrade-broken',
    (exchange) => exchange.reset(),
    (target) => answered(handshake(rig, target), (_text, status) => status === 502),
  ),
  upgradeSilent: visit(
    'upgrade-silent',
    () => {},
    (target) => answered(handshake(rig, target), (_text, status) => status === 504),
  ),
  upgradeEarly: visit(
    'upgrade-early',
    (exchange) => void setTimeout(() => switchProtocols(exchange), 20),
    async (target) => {
      const visitor = await rig.send(handshake(rig, target));
      visitor.reset();
      return 'good';
    },
  ),
  upgradeReset: visit(
    'upgrade-reset',
    (exchange) => {
      switchProtocols(exchange);
      setTimeout(() => exchange.reset(), 20);
    },
    async (target) => {
      const visitor = await upgraded(target);
      if (visitor === undefined) return 'failed';
      await visitor.closed();
      return 'good';
    },
  ),
  upgradeLeft: visit(
    'upgrade-left',
    (exchange) => switchProtocols(exchange),
    async (target) => {
      const visitor = await upgraded(target);
      visitor?.reset();
      return visitor === undefined ? 'failed' : 'good';
    },
  ),
};

test('without a fault all is well', async () => {
  expect(await visitAll()).toEqual(Object.fromEntries(Object.keys(visits).map((k) => [k, 'good'])));
});

test.each(casesOf(HANDLERS))(
  'K28 %s.%s throws: one exchange fails at most',
  async (name, method) => {
    const injection = inject(name, method, 1);
    const outcomes = await visitAll();
    // Whoever stays comes across a sweep, by the clock.
    if (method === 'sweep') await stay(name);
    await injection.happened();
    const failed = Object.values(outcomes).filter((outcome) => outcome !== 'good');
    expect(failed.length, JSON.stringify(outcomes)).toBeLessThanOrEqual(1);
    // Nobody else would tell the stream of a visitor that has left.
    await survived(injection.error, method !== 'visitorLeft');
  },
);

test.each(CALLED)(
  'K28 MuxStream.%s throws, wherever it is called: one exchange fails at most',
  async (method) => {
    const calls = vi.spyOn(prototypes.get('MuxStream') as Record<string, () => unknown>, method);
    await visitAll();
    const count = calls.mock.calls.length;
    vi.restoreAllMocks();
    for (let call = 1; call <= count; call += Math.ceil(count / CALLS_TRIED)) {
      const injection = inject('MuxStream', method, 1, call);
      const outcomes = await visitAll();
      // A run may have fewer calls than the one before.
      if (!injection.hasHappened()) break;
      await injection.happened();
      const failed = Object.values(outcomes).filter((outcome) => outcome !== 'good');
      expect(failed.length, `call ${call}: ${JSON.stringify(outcomes)}`).toBeLessThanOrEqual(1);
      await survived(injection.error, true);
    }
  },
);

test.each(casesOf(LAST))('K28 %s.%s throws for each exchange: all end', async (name, method) => {
  const injection = inject(name, method, Number.POSITIVE_INFINITY);
  await visitAll();
  await injection.happened();
  await survived(injection.error, true);
});

test.each(casesOf(ENDS))(
  'K28 %s.%s throws behind a slow visitor: all end',
  async (name, method) => {
    const { write } = ServerResponse.prototype;
    vi.spyOn(ServerResponse.prototype, 'write').mockImplementation(function (
      this: ServerResponse,
      ...values: unknown[]
    ) {
      Reflect.apply(write, this, values);
      setImmediate(() => this.emit('drain'));
      return false;
    });
    const injection = inject(name, method, Number.POSITIVE_INFINITY);
    await visitAll();
    await injection.happened();
    await survived(injection.error, true);
  },
);

/** The method throws, so many times from a call on. */
function inject(name: string, method: string, times: number, first = 1) {
  const prototype = prototypes.get(name);
  if (prototype === undefined) throw new Error(`no ${name} was seen`);
  const error = new Error(`injected into ${name}.${method}`);
  const original = prototype[method] as (...values: unknown[]) => unknown;
  let calls = 0;
  vi.spyOn(prototype as Record<string, () => unknown>, method).mockImplementation(function (
    this: unknown,
    ...values: unknown[]
  ) {
    calls++;
    if (calls >= first && calls < first + times) throw error;
    return original.apply(this, values);
  });
  const hasHappened = () => calls >= first;
  const happened = async () => {
    await eventually(hasHappened, () => 'nothing was thrown');
    vi.restoreAllMocks();
  };
  return { error, hasHappened, happened };
}

/** The process and the session are as before, and somebody was told. */
async function survived(error: Error, isWithoutStreams: boolean): Promise<void> {
  expect(uncaught).toEqual([]);
  expect(rig.relay.stats()).toMatchObject({ sessions: 1, tunnels: 1 });
  await rig.canary();
  if (isWithoutStreams) await left();
  expect([...faults, ...faultsOfRelay()]).toContain(error);
}

async function stay(name: string): Promise<void> {
  if (name === 'UpgradeTurn') await upgraded('/upgrade-left');
  else await rig.send(plain('/leaves-upload', 'POST', 'Content-Length: 10\r\n'));
}

async function visitAll(): Promise<Record<keyof typeof visits, Outcome>> {
  faults.length = 0;
  rig.events.length = 0;
  rig.origin.forget();
  rig.origin.script = (exchange) => targets.get(exchange.request.target)?.(exchange);
  const entries = Object.entries(visits).map(async ([key, go]) => [
    key,
    await go().catch((error: Error) => {
      throw new Error(`${key}: ${error.message}`, { cause: error });
    }),
  ]);
  return Object.fromEntries(await Promise.all(entries));
}

function faultsOfRelay(): unknown[] {
  return rig.events.map((event) => (event as { error?: unknown }).error);
}

/** Streams, connections of visitors and those to O go back to none. */
async function left(): Promise<void> {
  for (const visitor of rig.visitors) visitor.destroy();
  const counts = () => ({ ...rig.streams(), visitors: rig.relay.stats().visitors });
  await eventually(
    () => Object.values(counts()).every((count) => count === 0),
    () => JSON.stringify(counts()),
  );
}
