import { isIP, type Socket, type TcpSocketConnectOpts } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Clock } from '@sellia/session';
import { DirectReader } from './direct-reader.ts';
import type { UpstreamTarget } from './target.ts';
import { UpstreamError } from './upstream-failure.ts';
import { UpstreamSocket } from './upstream-socket.ts';

export interface UpstreamDialOptions {
  readonly clock: Clock;
  readonly connectTimeoutMs: number;
  /** How long a failed write waits for the answer that may already be on its way. */
  readonly earlyAnswerMs: number;
  /** Accept any certificate. */
  readonly isInsecure: boolean;
}

export type OnDialed = (error: Error | null, socket: Socket | null) => void;
type Address = { readonly address: string; readonly family: 4 | 6 };

const LOOPBACK: readonly Address[] = [
  { address: '::1', family: 6 },
  { address: '127.0.0.1', family: 4 },
];

/**
 * Opens connections to the one configured target and knows those that are open. Nothing that a
 * visitor or a relay says has a part in where they go.
 */
export class UpstreamDial {
  readonly #target: UpstreamTarget;
  readonly #options: UpstreamDialOptions;
  readonly #sockets = new Set<Socket>();
  /** Addresses of `localhost`; the one that answered last is tried first. */
  #loopback = LOOPBACK;

  constructor(target: UpstreamTarget, options: UpstreamDialOptions) {
    this.#target = target;
    this.#options = options;
  }

  get sockets(): number {
    return this.#sockets.size;
  }

  /** Calls `onDialed` once, later. `isPlain`: a stream like any other, for other protocols. */
  dial(isPlain: boolean, onDialed: OnDialed): void {
    const { clock, connectTimeoutMs } = this.#options;
    const { isTls } = this.#target;
    const socket = this.#open(isPlain);
    this.#sockets.add(socket);
    const timer = clock.after(connectTimeoutMs, () => {
      socket.destroy(new UpstreamError('SELLIA_UPSTREAM_CONNECT_TIMEOUT', 'no connection in time'));
    });
    const settle = (error: Error | null) => {
      timer.cancel();
      socket.off('error', settle);
      socket.off(isTls ? 'secureConnect' : 'connect', onReady);
      onDialed(error, error === null ? socket : null);
    };
    const onReady = () => {
      this.#remember(socket.remoteFamily);
      settle(null);
    };
    // Whoever uses the socket listens as well; between users there is nobody, and an error
    // without a listener would end the process.
    socket.on('error', ignore);
    socket.once('error', settle);
    socket.once(isTls ? 'secureConnect' : 'connect', onReady);
    socket.once('close', () => {
      // Destroyed by us, it raises no error.
      timer.cancel();
      this.#sockets.delete(socket);
    });
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets.clear();
  }

  #open(isPlain: boolean): Socket {
    const { host, isTls, socketPath } = this.#target;
    const { clock, earlyAnswerMs, isInsecure } = this.#options;
    if (!isTls) {
      const reader = isPlain ? undefined : new DirectReader();
      const socket = new UpstreamSocket(clock, earlyAnswerMs, reader);
      socket.setNoDelay(true);
      return socket.connect(socketPath === undefined ? this.#address() : { path: socketPath });
    }
    return connectTls({
      ...this.#address(),
      servername: isIP(host) === 0 ? host : '',
      rejectUnauthorized: !isInsecure,
      ALPNProtocols: ['http/1.1'],
    });
  }

  #address(): TcpSocketConnectOpts {
    const { host, port } = this.#target;
    const options = { host, port, noDelay: true, autoSelectFamily: true };
    // Whatever the machine's hosts file says, a server on either loopback address is found.
    if (!isLocalhost(host)) return options;
    return { ...options, lookup: (_name, _options, done) => done(null, [...this.#loopback]) };
  }

  #remember(family: string | undefined): void {
    if (family === undefined || this.#loopback[0]?.family === (family === 'IPv6' ? 6 : 4)) return;
    this.#loopback = this.#loopback.toReversed();
  }
}

function isLocalhost(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost');
}

function ignore(): void {}
