import { createServer, type Server, type Socket } from 'node:net';
import type { HttpMessage } from './http-message.ts';
import { MessageReader } from './message-reader.ts';
import { bytesOf, GUARD_MS, shown, Watch } from './watch.ts';

/** What O does with a request, from the moment its head is there. A rejection is recorded. */
export type Script = (exchange: OriginExchange) => unknown;

/** Requests for this are always answered with `echo`, whatever the script: the oracle's second V. */
export const CANARY = '/__canary/';

/** Bytes kept of one connection; the rest is counted. */
const KEPT_MAX = 32 * 1024 * 1024;

/** O: a TCP server that keeps what it receives, byte for byte, and says what its script says. */
export class Origin {
  readonly watch = new Watch();
  readonly connections: OriginConnection[] = [];
  /** Requests in order of their heads, canaries left out. */
  readonly exchanges: OriginExchange[] = [];
  /** Scripts that threw although their connection was up. */
  readonly failures: unknown[] = [];
  script: Script = echo;
  /** Called for every new connection, before any byte: for an upstream that speaks first. */
  greeting: ((connection: OriginConnection) => void) | undefined;
  readonly #server: Server;

  constructor() {
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
      const connection = new OriginConnection(socket, this);
      this.connections.push(connection);
      this.greeting?.(connection);
      this.watch.notify();
    });
  }

  listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(0, '127.0.0.1', () => resolve());
    });
  }

  get port(): number {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('not listening');
    return address.port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get openConnections(): readonly OriginConnection[] {
    return this.connections.filter((connection) => !connection.isClosed);
  }

  /** Whole requests, canaries left out. */
  get completed(): readonly OriginExchange[] {
    return this.exchanges.filter((exchange) => exchange.request.isComplete);
  }

  /** Forgets what was seen and goes back to `echo`. Connections that are up stay up. */
  forget(): void {
    this.exchanges.length = 0;
    this.failures.length = 0;
    this.connections.splice(0, this.connections.length, ...this.openConnections);
    this.script = echo;
    this.greeting = undefined;
  }

  /** Drops every connection: the next request comes on a fresh one. */
  dropConnections(): void {
    for (const connection of this.openConnections) connection.socket.destroy();
  }

  /** Every answer from now on is these bytes, sent when the request is whole; then, perhaps, FIN. */
  answers(bytes: string | Uint8Array, then: 'keep' | 'end' | 'reset' = 'keep'): void {
    this.script = async (exchange) => {
      await exchange.whole();
      exchange.send(bytes);
      if (then === 'end') exchange.end();
      if (then === 'reset') exchange.reset();
    };
  }

  /** The exchange number `index` since `forget`, as soon as its head is there. */
  exchange(index = 0, guardMs = GUARD_MS): Promise<OriginExchange> {
    return this.watch.until(
      () => this.exchanges[index],
      () => `request ${index} at the origin; it has ${this.exchanges.length}`,
      guardMs,
    );
  }

  when(look: () => boolean, what: string, guardMs = GUARD_MS): Promise<true> {
    return this.watch.until(look, () => what, guardMs);
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.dropConnections();
    });
  }

  onHead(connection: OriginConnection, request: HttpMessage): void {
    const exchange = new OriginExchange(connection, request);
    const isCanary = request.target.startsWith(CANARY);
    if (!isCanary) this.exchanges.push(exchange);
    void this.#run(exchange, isCanary ? echo : this.script);
  }

  async #run(exchange: OriginExchange, script: Script): Promise<void> {
    try {
      await script(exchange);
    } catch (error) {
      if (!exchange.connection.isClosed && !exchange.request.isAborted) this.failures.push(error);
    }
  }
}

export class OriginConnection {
  readonly socket: Socket;
  readonly reader: MessageReader;
  receivedLength = 0;
  isClosed = false;
  /** How the client ended it. */
  ended: 'fin' | 'reset' | undefined;
  readonly watch: Watch;
  readonly #received: Buffer[] = [];

  constructor(socket: Socket, origin: Origin) {
    this.socket = socket;
    this.watch = origin.watch;
    this.reader = new MessageReader({
      kind: 'request',
      onHead: (request) => origin.onHead(this, request),
    });
    socket.on('data', (bytes: Buffer) => this.#onData(bytes));
    socket.on('end', () => this.#onEnded('fin'));
    socket.on('error', () => this.#onEnded('reset'));
    socket.on('close', () => {
      this.isClosed = true;
      this.#onEnded('fin');
    });
  }

  /** Every byte that came, in order. */
  get received(): Buffer {
    return Buffer.concat(this.#received);
  }

  /** Bytes since `goRaw`. */
  get raw(): Buffer {
    return Buffer.concat(this.reader.raw);
  }

  /** After an upgrade: what comes now is not HTTP. */
  goRaw(): void {
    this.reader.goRaw();
  }

  /** Resolves once the client has ended or reset the connection. */
  gone(guardMs = GUARD_MS): Promise<'fin' | 'reset'> {
    return this.watch.until(
      () => this.ended,
      () => `the client leaves its connection to the origin open; got ${shown(this.received)}`,
      guardMs,
    );
  }

  #onData(bytes: Buffer): void {
    this.receivedLength += bytes.length;
    if (this.receivedLength <= KEPT_MAX) this.#received.push(bytes);
    this.reader.push(bytes);
    this.watch.notify();
  }

  #onEnded(how: 'fin' | 'reset'): void {
    if (this.ended === undefined) {
      this.ended = how;
      this.reader.finish(false);
      if (how === 'fin') this.socket.end();
    }
    this.watch.notify();
  }
}

export class OriginExchange {
  readonly connection: OriginConnection;
  readonly request: HttpMessage;

  constructor(connection: OriginConnection, request: HttpMessage) {
    this.connection = connection;
    this.request = request;
  }

  /** Raw bytes to the client. False: the kernel's buffer is full. */
  send(bytes: string | Uint8Array): boolean {
    return this.connection.socket.write(bytesOf(bytes));
  }

  /** FIN after `bytes`. */
  end(bytes: string | Uint8Array = ''): void {
    this.connection.socket.end(bytesOf(bytes));
  }

  /** RST. */
  reset(): void {
    this.connection.socket.resetAndDestroy();
  }

  /** The request when all of it is there; throws when the client gave it up. */
  whole(guardMs = 60_000): Promise<HttpMessage> {
    const { request, connection } = this;
    return connection.watch.until(
      () => {
        const { badness } = connection.reader;
        if (request.isComplete) return request;
        if (badness !== undefined) throw new Error(`bad bytes at the origin: ${badness}`);
        if (request.isAborted) throw new Error('the client gave the request up');
        return undefined;
      },
      () => 'the rest of a request at the origin',
      guardMs,
    );
  }
}

/** Answers with the request line's method and target, a line feed and the request body. */
export async function echo(exchange: OriginExchange): Promise<void> {
  const request = await exchange.whole();
  const body = Buffer.concat([
    bytesOf(`${request.method} ${request.target}\n`),
    request.bodyLength > 1024 * 1024 ? bytesOf(request.digest()) : request.body,
  ]);
  exchange.send(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n`);
  if (request.method !== 'HEAD') exchange.send(body);
}
