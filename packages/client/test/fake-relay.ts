import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { ControlMessage, TunnelOpen } from '@sellia/protocol';
import { ControlSocketServer, Session, systemClock } from '@sellia/session';
import { Answer, guarded, later } from './rig.ts';

/** A relay as far as a client sees it: real sockets, the real session, no visitors of its own. */
export class FakeRelay {
  readonly sessions: Session[] = [];
  readonly opens: TunnelOpen[] = [];
  readonly controls: ControlMessage[] = [];
  readonly requests: IncomingMessage[] = [];
  /** Judges an upgrade: an HTTP status in place of the 101, or 0. */
  judge: (request: IncomingMessage) => number = () => 0;
  /** Seconds that a refusal asks for; 0 says nothing. */
  retryAfter = 0;
  /** Answers `tunnel.open`; nothing by default is `tunnel.ready`. */
  answer: ((session: Session, open: TunnelOpen) => void) | undefined;
  readonly #server: Server;
  readonly #controlSockets = new ControlSocketServer();
  readonly #sockets = new Set<Duplex>();
  #waiters: (() => void)[] = [];

  constructor() {
    this.#server = createServer((_request, response) => {
      response.writeHead(404).end('no relay');
    });
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => this.#sockets.delete(socket));
    });
    this.#server.on('upgrade', (request, socket, head) => {
      this.requests.push(request);
      const status = this.judge(request);
      if (status !== 0) {
        const where = status < 400 ? 'Location: http://127.0.0.1:1/\r\n' : '';
        const when = this.retryAfter > 0 ? `Retry-After: ${this.retryAfter}\r\n` : '';
        socket.end(
          `HTTP/1.1 ${status} X\r\n${where}${when}Content-Length: 0\r\nConnection: close\r\n\r\n`,
        );
      } else {
        this.#accept(request, socket, head);
      }
      this.#wake();
    });
  }

  async listen(port = 0): Promise<string> {
    this.#server.listen(port, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${this.port}`;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get last(): Session {
    return this.sessions.at(-1) as Session;
  }

  async until(holds: () => boolean, what: string): Promise<void> {
    while (!holds()) {
      const { promise, resolve } = later<void>();
      this.#waiters.push(resolve);
      await guarded(promise, what);
    }
  }

  ask(session: Session, target = '/'): Answer {
    const answer = new Answer();
    const stream = session.open(
      {
        kind: 'http',
        tunnel: this.opens.at(-1)?.tunnel ?? 1,
        visitorAddress: '192.0.2.1',
        visitorPort: 1,
        scheme: 'http',
        tlsVersion: '',
        requestId: 'r',
        hops: 0,
        receivedAt: 0,
        acceptsTrailers: false,
      },
      { method: 'GET', target, headers: ['Host', 't.test'] },
      true,
      answer,
    );
    if (stream === undefined) throw new Error('no room for a stream');
    answer.stream = stream;
    return answer;
  }

  /** As when the machine dies: connections are cut. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #accept(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#controlSockets.accept(request, socket, head, (transport) => {
      const session: Session = new Session({
        role: 'relay',
        transport,
        clock: systemClock,
        agent: 'fake',
        sessionId: `s${this.sessions.length}`,
        handler: {
          onReady: () => {},
          onStream: () => {},
          onControl: (message) => this.#onControl(session, message),
          onGoingAway: () => this.#wake(),
          onClosed: () => this.#wake(),
          onFault: () => {},
        },
      });
      this.sessions.push(session);
      this.#wake();
    });
  }

  #onControl(session: Session, message: ControlMessage): void {
    this.controls.push(message);
    if (message.type === 'tunnel.open') {
      this.opens.push(message);
      if (this.answer !== undefined) this.answer(session, message);
      else this.ready(session, message);
    }
    this.#wake();
  }

  ready(session: Session, open: TunnelOpen): void {
    const name = open.name === '' ? 'random' : open.name;
    session.sendControl({
      type: 'tunnel.ready',
      tunnel: open.tunnel,
      name,
      url: `http://${name}.test`,
      lease: `lease of ${name}`,
    });
  }

  #wake(): void {
    for (const wake of this.#waiters.splice(0)) wake();
  }
}
