import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Server as NetServer, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { headerValue } from '@sellia/protocol';
import type { Timer } from '@sellia/session';
import { type FailureCode, failureOf } from '../failures.ts';
import { SWEEP_MS } from '../limits.ts';
import { plainAddress, type TrustedProxies } from './address.ts';
import { ConnectRate } from './connect-rate.ts';
import { Exchange, type ExchangeParts } from './exchange.ts';
import { type Asker, NOBODY } from './failure-answer.ts';
import type { Peer } from './forwarded.ts';
import { Judge } from './judge.ts';
import { codeOfParseError } from './parse-error.ts';
import { Pipeline } from './pipeline.ts';
import { type CheckedRequest, isRefused } from './request.ts';
import { OwnTurn, RawRefusal, RefusedTurn } from './short-turns.ts';
import { createStrictServer } from './strict-server.ts';
import { UpgradeTurn, upgradeKind } from './upgrade.ts';
import { withoutUpgrade } from './without-upgrade.ts';

/** The relay's own host, as the ingress needs it. */
export interface OwnHost {
  /** Answers a request; only ever for a host that is not a tunnel's. */
  handle(request: IncomingMessage, response: ServerResponse): void;
  readonly controlPath: string;
  /** Takes the upgrade of a control socket, socket and all. */
  attach(request: IncomingMessage, socket: Duplex, head: Buffer, address: string): void;
}

export interface IngressOptions {
  readonly parts: ExchangeParts;
  readonly own: OwnHost;
  readonly trusted: TrustedProxies;
}

/** The public side: node's parser in front, strict checks behind it, then the Host decides. */
export class Ingress {
  readonly server: Server;
  readonly #options: IngressOptions;
  readonly #pipelines = new Map<Duplex, Pipeline>();
  readonly #upgraded = new Set<UpgradeTurn>();
  readonly #judge: Judge;
  readonly #connectRate: ConnectRate;
  #sweeper: Timer | undefined;
  #isLeaving = false;

  constructor(options: IngressOptions) {
    this.#options = options;
    const { domain, limits } = options.parts;
    this.#connectRate = new ConnectRate(limits.connectsPerSecond, limits.connectBurst);
    this.#judge = new Judge(domain, limits.headerLines, options.trusted);
    this.server = createStrictServer(limits);
    this.server.on('connection', this.#serverOnConnection);
    for (const event of ['request', 'checkContinue', 'checkExpectation']) {
      this.server.on(event, this.#guarded(this.#serverOnRequest));
    }
    this.server.on('clientError', (error, socket) => {
      this.#guard(socket, () => this.#serverOnClientError(error, socket));
    });
    this.server.on('upgrade', this.#guarded(this.#serverOnUpgrade));
    this.server.on('connect', (request, socket) => {
      this.#refuseDetached(request, socket, 'SELLIA_METHOD_NOT_ALLOWED');
    });
    this.#sweepLater();
  }

  /** Open connections of visitors. */
  get visitors(): number {
    return this.#pipelines.size;
  }

  /** Connections on which nothing is under way. */
  get quiet(): number {
    let count = 0;
    for (const pipeline of this.#pipelines.values()) if (pipeline.isQuiet) count++;
    return count;
  }

  /** A request may be on its way, on a connection that was there when the relay left at `leftAt`. */
  mayBring(leftAt: number, isPatient: boolean): boolean {
    for (const pipeline of this.#pipelines.values()) {
      if (pipeline.mayBring(leftAt, isPatient)) return true;
    }
    return false;
  }

  /**
   * Takes no new connections; resolves when there are none left. Those there are live on: node's own
   * way would reset those where nothing seems to be under way, with requests that have just come.
   */
  stopListening(): Promise<void> {
    return new Promise((resolve) => NetServer.prototype.close.call(this.server, () => resolve()));
  }

  /** From now on each response is the last of its connection. */
  leave(): void {
    this.#isLeaving = true;
    for (const pipeline of this.#pipelines.values()) pipeline.closesNext = true;
  }

  /** Ends connections, those on which something is under way behind that. */
  endQuiet(): void {
    for (const pipeline of this.#pipelines.values()) pipeline.endWhenQuiet();
  }

  /** Upgraded connections end, each in its own protocol; FAREWELL_MS at the most. */
  async closeUpgraded(): Promise<void> {
    await Promise.all(Array.from(this.#upgraded, (turn) => turn.leave()));
  }

  /** Ends everything now. */
  close(): void {
    this.#sweeper?.cancel();
    // Also ends node's own sweep of connections.
    this.server.close();
    for (const turn of [...this.#upgraded]) turn.destroy();
    for (const pipeline of [...this.#pipelines.values()]) pipeline.socket.destroy();
  }

  /** A fault of ours costs one connection, never the process. */
  #guard(socket: Duplex, go: () => void): void {
    try {
      go();
    } catch (error) {
      this.#options.parts.tell?.({ type: 'fault', error });
      socket.destroy();
    }
  }

  #guarded<Rest extends unknown[]>(listener: (request: IncomingMessage, ...rest: Rest) => void) {
    return (request: IncomingMessage, ...rest: Rest) => {
      this.#guard(request.socket, () => listener(request, ...rest));
    };
  }

  readonly #serverOnRequest = (request: IncomingMessage, response: ServerResponse): void => {
    const pipeline = this.#pipelines.get(request.socket);
    if (pipeline === undefined) return;
    const checked = this.#judge.decide(request, pipeline.peer);
    if (isRefused(checked)) {
      this.#refuse(request, response, pipeline, checked.refused);
    } else if (checked.route.kind === 'tunnel') {
      const asked = this.#judge.admit(request, checked, checked.route.name, pipeline);
      const exchange = new Exchange(request, response, pipeline, asked, this.#options.parts);
      pipeline.enter(exchange, response);
    } else {
      this.#acceptOwn(request, response, pipeline, checked);
    }
  };

  #acceptOwn(
    request: IncomingMessage,
    response: ServerResponse,
    pipeline: Pipeline,
    checked: CheckedRequest,
  ): void {
    const asker = askerOf(request);
    // A machine is asked for its health by whatever name or address it has.
    if (checked.route.kind === 'foreign' && !isHealthCheck(checked.target)) {
      this.#refuse(request, response, pipeline, 'SELLIA_TUNNEL_NOT_FOUND');
      return;
    }
    request.url = checked.target;
    const { own } = this.#options;
    const turn = new OwnTurn(request, response, pipeline, checked.hasBody, asker, (asked, answer) =>
      own.handle(asked, answer),
    );
    pipeline.enter(turn, response);
  }

  readonly #serverOnUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const pipeline = this.#pipelines.get(socket);
    if (pipeline === undefined) return;
    const checked = this.#judge.decide(request, pipeline.peer);
    if (isRefused(checked)) {
      this.#refuseDetached(request, socket, checked.refused);
      return;
    }
    const { route } = checked;
    const kind = upgradeKind(request, checked);
    if (!pipeline.isIdle) {
      // Nobody upgrades behind a request in flight, except to confuse the order of answers.
      socket.destroy();
    } else if (kind === 'plain') {
      socket.unshift(withoutUpgrade(request, head));
      this.server.emit('connection', socket);
    } else if (kind !== 'websocket') {
      this.#refuseDetached(request, socket, kind);
    } else if (route.kind !== 'tunnel') {
      this.#upgradeOwn(request, socket, head, pipeline, checked);
    } else {
      const asked = this.#judge.admit(request, checked, route.name, pipeline);
      const { parts } = this.#options;
      const turn = new UpgradeTurn(request, head, pipeline, asked, parts, this.#upgraded);
      pipeline.enterDetached(turn);
    }
  };

  #upgradeOwn(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    pipeline: Pipeline,
    { target }: CheckedRequest,
  ): void {
    const { own } = this.#options;
    if (target !== own.controlPath) {
      this.#refuseDetached(request, socket, 'SELLIA_NOT_FOUND');
    } else {
      pipeline.release();
      this.#pipelines.delete(socket);
      own.attach(request, socket, head, pipeline.peer.address);
    }
  }

  readonly #serverOnConnection = (socket: Socket): void => {
    // A second time: an upgrade that is ignored.
    if (this.#pipelines.has(socket)) return;
    const address = plainAddress(socket.remoteAddress ?? '');
    const isTrusted = this.#options.trusted.has(address);
    // A proxy in front speaks for many.
    if (!isTrusted && !this.#connectRate.admits(address, this.#options.parts.clock.now())) {
      socket.resetAndDestroy();
      return;
    }
    const peer: Peer = { address, port: socket.remotePort ?? 0, scheme: 'http', isTrusted };
    const { clock, limits } = this.#options.parts;
    const pipeline = new Pipeline(socket, peer, clock, limits);
    pipeline.closesNext = this.#isLeaving;
    this.#pipelines.set(socket, pipeline);
    socket.once('close', () => {
      this.#pipelines.delete(socket);
      this.#guard(socket, () => pipeline.closed());
    });
  };

  readonly #serverOnClientError = (error: NodeJS.ErrnoException, socket: Duplex): void => {
    const pipeline = this.#pipelines.get(socket);
    const code = codeOfParseError(error.code);
    if (pipeline === undefined || code === 'gone') {
      socket.destroy();
      return;
    }
    // Who has said nothing is told nothing: browsers open connections ahead of need.
    if (code === 'SELLIA_REQUEST_TIMEOUT' && pipeline.socket.bytesRead === 0) {
      socket.destroy();
      return;
    }
    const failure = code === 'none' ? undefined : code;
    if (failure !== undefined) this.#tellRefused(pipeline, failure);
    pipeline.broke(failure, new RawRefusal(pipeline, failure ?? 'SELLIA_BAD_REQUEST', NOBODY));
  };

  #refuse(
    request: IncomingMessage,
    response: ServerResponse,
    pipeline: Pipeline,
    code: FailureCode,
  ): void {
    this.#tellRefused(pipeline, code);
    pipeline.enter(new RefusedTurn(request, response, pipeline, code, askerOf(request)), response);
  }

  #refuseDetached(request: IncomingMessage, socket: Duplex, code: FailureCode): void {
    const pipeline = this.#pipelines.get(socket);
    if (pipeline === undefined) return;
    this.#tellRefused(pipeline, code);
    pipeline.enterDetached(new RawRefusal(pipeline, code, askerOf(request)));
  }

  #tellRefused(pipeline: Pipeline, code: FailureCode): void {
    const { status } = failureOf(code);
    const visitor = pipeline.peer.address;
    this.#options.parts.tell?.({ type: 'visitor.refused', visitor, name: '', status, code });
  }

  #sweepLater(): void {
    const { clock } = this.#options.parts;
    this.#sweeper = clock.after(SWEEP_MS, () => {
      const now = clock.now();
      for (const pipeline of this.#pipelines.values()) {
        this.#guard(pipeline.socket, () => pipeline.sweep(now));
      }
      this.#sweepLater();
    });
  }
}

function askerOf(request: IncomingMessage): Asker {
  const accept = headerValue(request.rawHeaders, 'accept');
  return { method: request.method ?? 'GET', accept, requestId: '' };
}

function isHealthCheck(target: string): boolean {
  return target === '/health' || target.startsWith('/health?');
}
