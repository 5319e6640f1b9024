import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import {
  type ControlMessage,
  decodeResponse,
  decodeTrailers,
  type HeaderLines,
  type MuxStream,
  type Opening,
  type ResponseHead,
  type StreamHandler,
  type TunnelOpen,
} from '@sellia/protocol';
import { type Clock, memoryPair, Session, systemClock } from '@sellia/session';
import { DeadlineQueue } from '../src/deadline-queue.ts';
import { ExchangeFeed } from '../src/exchange-feed.ts';
import { type ClientLimits, DEFAULT_LIMITS } from '../src/limits.ts';
import { Link } from '../src/link.ts';
import { OpenSockets } from '../src/open-sockets.ts';
import type { HostHeader } from '../src/request-head.ts';
import { parseTarget } from '../src/target.ts';
import type { Upstream } from '../src/upstream.ts';
import { UpstreamDial } from '../src/upstream-dial.ts';
import { Http1Upstream } from '../src/upstream-http1.ts';

/** Nothing on one machine takes this long; a test that waits longer has lost an event. */
export const GUARD_MS = 5_000;

export function guarded<T>(promise: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const guard = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`waited in vain for ${what}`)), GUARD_MS);
  });
  return Promise.race([promise, guard]).finally(() => clearTimeout(timer));
}

/** For what has no event: looks after each turn of the loop. */
export async function eventually(holds: () => boolean, what: string): Promise<void> {
  const until = performance.now() + GUARD_MS;
  while (!holds()) {
    if (performance.now() > until) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** A promise with its handles outside. */
export function later<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

/** A TCP server with scripted bytes. Counts what came on each connection. */
export class RawUpstream {
  readonly server: Server;
  readonly sockets: Socket[] = [];
  /** Bytes as latin1 text, by connection. */
  readonly received: string[] = [];
  readonly #waiters: (() => void)[] = [];

  constructor(onData: (socket: Socket, text: string, connection: number) => void) {
    this.server = createServer({ allowHalfOpen: true }, (socket) => {
      const connection = this.sockets.push(socket) - 1;
      this.received.push('');
      socket.on('error', () => {});
      socket.on('data', (chunk) => {
        const text = chunk.toString('latin1');
        this.received[connection] += text;
        onData(socket, text, connection);
        this.#wake();
      });
      socket.on('end', () => this.#wake());
      socket.on('close', () => this.#wake());
      this.#wake();
    });
  }

  async listen(host = '127.0.0.1'): Promise<number> {
    this.server.listen(0, host);
    await once(this.server, 'listening');
    return (this.server.address() as AddressInfo).port;
  }

  /** Resolves once `holds` is true; looked at whenever something happens here. */
  async until(holds: () => boolean, what: string): Promise<void> {
    while (!holds()) {
      const { promise, resolve } = later<void>();
      this.#waiters.push(resolve);
      await guarded(promise, what);
    }
  }

  close(): void {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
  }

  #wake(): void {
    for (const wake of this.#waiters.splice(0)) wake();
  }
}

/** What came back over the stream. */
export class Answer implements StreamHandler {
  stream: MuxStream | undefined;
  readonly infos: ResponseHead[] = [];
  head: ResponseHead | undefined;
  /** END was on the head. */
  endedAtOnce = false;
  chunks: Buffer[] = [];
  trailers: HeaderLines = [];
  ended = false;
  reset: { code: string; reason: string } | undefined;
  stopped: { code: string; reason: string } | undefined;
  /** Give credit for the body as it comes. */
  reads = true;
  readonly #onChange = new Set<() => void>();

  onHead(text: string, ended: boolean): void {
    this.head = decodeResponse(text);
    this.endedAtOnce = ended;
    this.ended = ended;
    this.#changed();
  }

  onInfo(text: string): void {
    this.infos.push(decodeResponse(text));
    this.#changed();
  }

  onData(chunk: Uint8Array): void {
    this.chunks.push(Buffer.from(chunk));
    if (this.reads) this.stream?.consume(chunk.length);
    this.#changed();
  }

  onTrailers(text: string): void {
    this.trailers = decodeTrailers(text);
  }

  onEnd(): void {
    this.ended = true;
    this.#changed();
  }

  onReset(code: string, reason: string): void {
    this.reset = { code, reason };
    this.#changed();
  }

  onStop(code: string, reason: string): void {
    this.stopped = { code, reason };
    this.#changed();
  }

  onDrain(): void {
    this.#changed();
  }

  get body(): string {
    return Buffer.concat(this.chunks).toString('latin1');
  }

  async until(holds: () => boolean, what: string): Promise<void> {
    while (!holds()) {
      const { promise, resolve } = later<void>();
      this.#onChange.add(resolve);
      await guarded(promise, what);
      this.#onChange.delete(resolve);
    }
  }

  /** The response is over, whole or not. */
  async done(): Promise<this> {
    await this.until(() => this.ended || this.reset !== undefined, 'the end of the response');
    return this;
  }

  #changed(): void {
    for (const wake of [...this.#onChange]) wake();
  }
}

export interface Ask {
  method?: string;
  target?: string;
  headers?: HeaderLines;
  /** With `ended: false` the test writes the body itself. */
  ended?: boolean;
  kind?: 'http' | 'upgrade';
  acceptsTrailers?: boolean;
}

export interface RigOptions {
  target?: string;
  clock?: Clock;
  hostHeader?: HostHeader;
  limits?: Partial<ClientLimits>;
  reports?: boolean;
  waitUpstreamMs?: number;
}

/** The relay's end of a session in memory, with a link and a real upstream at the other. */
export class Rig {
  readonly relay: Session;
  readonly link: Link;
  readonly upstream: Upstream;
  readonly faults: unknown[] = [];
  readonly feed = new ExchangeFeed((error) => this.faults.push(error));
  readonly controls: ControlMessage[] = [];
  readonly ready: Promise<void>;
  readonly #heads: DeadlineQueue;

  constructor(options: RigOptions) {
    const clock = options.clock ?? systemClock;
    const limits = { ...DEFAULT_LIMITS, ...options.limits };
    const target = parseTarget(options.target ?? '80');
    const [left, right] = memoryPair(systemClock);
    const ready = later<void>();
    this.ready = ready.promise;
    const dial = new UpstreamDial(target, { ...limits, clock, isInsecure: true });
    const onFault = (error: unknown) => this.faults.push(error);
    this.upstream = new Http1Upstream(dial, {
      ...limits,
      clock,
      waitUpstreamMs: options.waitUpstreamMs ?? 0,
      onFault,
    });
    this.#heads = new DeadlineQueue(clock, limits.headTimeoutMs);
    this.relay = new Session({
      role: 'relay',
      transport: left,
      clock: systemClock,
      agent: 'test',
      sessionId: 'test',
      handler: {
        onReady: () => {},
        onStream: () => {},
        onControl: (message) => {
          this.controls.push(message);
          if (message.type === 'tunnel.open') this.#relayOnOpen(message);
        },
        onGoingAway: () => {},
        onClosed: () => {},
        onFault: (error) => this.faults.push(error),
      },
    });
    this.link = new Link({
      transport: right,
      clock: systemClock,
      limits,
      agent: 'test',
      name: 'test',
      lease: '',
      welcome: undefined,
      pool: false,
      reports: options.reports ?? false,
      feed: this.feed,
      context: {
        clock,
        upstream: this.upstream,
        heads: this.#heads,
        onFault,
        sockets: new OpenSockets(),
        host: { hostHeader: options.hostHeader ?? 'public', authority: target.authority },
      },
      handler: {
        onPublic: () => ready.resolve(),
        onGoingAway: () => {},
        onLost: () => {},
        onAway: () => {},
        onBack: () => {},
        onRenewed: (_link, transport) => transport.terminate(),
        onFault: (error) => this.faults.push(error),
      },
    });
  }

  ask(ask: Ask = {}): Answer {
    const answer = new Answer();
    const opening: Opening = {
      kind: ask.kind ?? 'http',
      tunnel: 1,
      visitorAddress: '192.0.2.1',
      visitorPort: 4711,
      scheme: 'https',
      tlsVersion: 'TLSv1.3',
      requestId: 'r1',
      hops: 0,
      receivedAt: Date.now(),
      acceptsTrailers: ask.acceptsTrailers ?? false,
    };
    const request = {
      method: ask.method ?? 'GET',
      target: ask.target ?? '/',
      headers: ask.headers ?? ['Host', 't1.test'],
    };
    const ended = ask.ended ?? ask.kind !== 'upgrade';
    const stream = this.relay.open(opening, request, ended, answer);
    if (stream === undefined) throw new Error('no room for a stream');
    answer.stream = stream;
    return answer;
  }

  close(): void {
    this.link.close();
    this.relay.close('SELLIA_GOING_AWAY', 'the test is over');
    this.#heads.close();
    this.upstream.close();
  }

  #relayOnOpen(open: TunnelOpen): void {
    this.relay.sendControl({
      type: 'tunnel.ready',
      tunnel: open.tunnel,
      name: open.name,
      url: 'http://test.test/',
      lease: 'lease',
    });
  }
}

/** A scripted upstream with a rig in front of it; `close` ends both. */
export async function rigFor(
  answer: string | ((socket: Socket, text: string, connection: number) => void),
  options: RigOptions = {},
): Promise<{ raw: RawUpstream; rig: Rig; close: () => void }> {
  const raw = new RawUpstream((socket, text, connection) => {
    if (typeof answer === 'function') answer(socket, text, connection);
    else if (text.includes('\r\n\r\n')) socket.write(answer, 'latin1');
  });
  const port = await raw.listen();
  const rig = new Rig({ target: `http://127.0.0.1:${port}`, ...options });
  const close = () => {
    rig.close();
    raw.close();
  };
  await rig.ready;
  return { raw, rig, close };
}

/** `count` bytes that differ from place to place. */
export function pattern(count: number): Buffer {
  const bytes = Buffer.alloc(count);
  for (let i = 0; i < count; i++) bytes[i] = (i * 31 + (i >>> 8) * 7) & 0xff;
  return bytes;
}
