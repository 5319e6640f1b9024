import { connect, type Socket } from 'node:net';

/** And then one `x` after the other. */
const HEAD = 'GET / HTTP/1.1\r\nHost: nobody.test\r\nX-Slow: ';
/** Opened together, so that the queue of a listening socket takes them. */
const BATCH = 100;

export interface SlowSocketsOptions {
  readonly port: number;
  readonly count: number;
  /** Between two bytes of one socket. Milliseconds. */
  readonly everyMs: number;
}

/**
 * Visitors that send the head of a request byte by byte and never come to its end; whoever is closed
 * comes again. Owner: the test, by `stop`.
 */
export class SlowSockets {
  readonly #options: SlowSocketsOptions;
  readonly #sockets: Socket[] = [];
  #timer: NodeJS.Timeout | undefined;
  #turn = 0;
  /** How often one was closed and came again. */
  returns = 0;

  constructor(options: SlowSocketsOptions) {
    this.#options = options;
  }

  /** Resolves when all are connected; then they drip. */
  async start(): Promise<void> {
    const { count, everyMs } = this.#options;
    while (this.#sockets.length < count) {
      const batch = Array.from({ length: Math.min(BATCH, count - this.#sockets.length) }, () =>
        this.#dial(),
      );
      this.#sockets.push(...batch);
      await Promise.all(batch.map((socket) => new Promise((done) => socket.once('connect', done))));
    }
    this.#timer = setInterval(() => this.#drip(), (everyMs * BATCH) / count);
  }

  stop(): void {
    clearInterval(this.#timer);
    for (const socket of this.#sockets) socket.destroy();
  }

  /** A byte from each of the next batch. */
  #drip(): void {
    for (let i = 0; i < BATCH; i++) {
      const index = this.#turn++ % this.#sockets.length;
      const socket = this.#sockets[index] as Socket;
      if (!socket.destroyed) {
        socket.write(HEAD[socket.bytesWritten] ?? 'x');
      } else {
        this.returns++;
        this.#sockets[index] = this.#dial();
      }
    }
  }

  #dial(): Socket {
    const socket = connect({ port: this.#options.port, host: '127.0.0.1' });
    socket.on('error', () => {});
    return socket.resume();
  }
}
