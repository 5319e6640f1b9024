import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { limits } from '@sellia/protocol';
import { WebSocketServer } from 'ws';
import { Watch } from '../rig/watch.ts';
import { ControlPeer } from './control-peer.ts';
import { controlFrame, welcomeFrame } from './frames.ts';

export interface HostileRelayOptions {
  /** Say WELCOME and tunnel.ready as an honest relay does. Default true. */
  readonly isWelcoming?: boolean;
  readonly welcome?: Parameters<typeof welcomeFrame>[0];
}

/** A relay that says what a test makes it say. Owner: the test, by `close`. */
export class HostileRelay {
  /** Where a client connects. */
  readonly url: string;
  /** Sent in the same message as tunnel.ready, before and behind it. */
  beforeReady: readonly Uint8Array[] = [];
  behindReady: readonly Uint8Array[] = [];
  /** Upgrade requests so far. */
  readonly requests: IncomingMessage[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #peers: ControlPeer[] = [];
  readonly #watch = new Watch();
  readonly #options: HostileRelayOptions;

  private constructor(server: Server, options: HostileRelayOptions) {
    this.#server = server;
    this.#options = options;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('connection', (socket) => this.#sockets.add(socket));
    const sockets = new WebSocketServer({
      noServer: true,
      perMessageDeflate: false,
      handleProtocols: () => limits.SUBPROTOCOL,
    });
    server.on('upgrade', (request, socket, head) => {
      this.requests.push(request);
      sockets.handleUpgrade(request, socket, head, (accepted) => {
        void this.#onPeer(new ControlPeer(accepted));
      });
    });
  }

  static async start(options: HostileRelayOptions = {}): Promise<HostileRelay> {
    const server = createServer((_request, response) => response.writeHead(404).end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new HostileRelay(server, options);
  }

  /** The next client that has connected, and been welcomed unless that is off. */
  peer(): Promise<ControlPeer> {
    return this.#watch.until(
      () => this.#peers.shift(),
      () => 'a client that connects',
    );
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #onPeer(peer: ControlPeer): Promise<void> {
    if ((this.#options.isWelcoming ?? true) && !(await this.#welcome(peer))) return;
    this.#peers.push(peer);
    this.#watch.notify();
  }

  /** False when the client left in the middle: the test that made it so looks at the client. */
  async #welcome(peer: ControlPeer): Promise<boolean> {
    try {
      await peer.takeHello();
      peer.send(welcomeFrame(this.#options.welcome));
      const { tunnel } = await peer.takeControl('tunnel.open');
      const ready = { name: 'name', url: 'http://name.localhost', lease: 'lease-by-hand' };
      const frame = controlFrame({ type: 'tunnel.ready', tunnel, ...ready });
      peer.send(...this.beforeReady, frame, ...this.behindReady);
      return true;
    } catch {
      return false;
    }
  }
}
