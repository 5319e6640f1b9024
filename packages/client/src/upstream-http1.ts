import type { Clock } from '@sellia/session';
import { DeadlineQueue } from './deadline-queue.ts';
import { type ConnectionOwner, Http1Connection } from './http1-connection.ts';
import { Http1Exchange } from './http1-exchange.ts';
import type { UpstreamRequest } from './request-head.ts';
import type { Upstream, UpstreamExchange, UpstreamHandler } from './upstream.ts';
import type { UpstreamDial } from './upstream-dial.ts';
import { UpstreamWait, type UpstreamWaitOptions } from './upstream-wait.ts';

export interface Http1UpstreamOptions extends UpstreamWaitOptions {
  readonly clock: Clock;
  readonly headMax: number;
  readonly upstreamSockets: number;
  readonly idleSockets: number;
  readonly idleSocketMs: number;
  /** A defect of ours; one exchange failed. */
  readonly onFault: (error: unknown) => void;
}

/**
 * The upstream over connections of our own. Requests stand in line and take the connection that
 * was used last; as many are dialed as requests wait.
 */
export class Http1Upstream implements Upstream, ConnectionOwner {
  readonly #dial: UpstreamDial;
  readonly #options: Http1UpstreamOptions;
  readonly #waiting = new Set<Http1Exchange>();
  readonly #idle: Http1Connection[] = [];
  readonly #deadlines: DeadlineQueue;
  readonly #refused: UpstreamWait;
  /** Connections that are there or being dialed. */
  #open = 0;
  #dialing = 0;
  #isServing = false;

  constructor(dial: UpstreamDial, options: Http1UpstreamOptions) {
    this.#dial = dial;
    this.#options = options;
    this.#deadlines = new DeadlineQueue(options.clock, options.idleSocketMs);
    this.#refused = new UpstreamWait(
      options,
      (ended) => {
        this.#dialOne(false, () => {
          ended();
          return undefined;
        });
      },
      (exchange) => this.#goOn(exchange),
    );
  }

  get sockets(): number {
    return this.#dial.sockets;
  }

  send(request: UpstreamRequest, handler: UpstreamHandler, isFresh: boolean): UpstreamExchange {
    const exchange = new Http1Exchange(request, handler, this.#waiting);
    if (isFresh || request.isUpgrade) {
      this.#dialOne(request.isUpgrade, () => exchange);
    } else {
      this.#waiting.add(exchange);
      this.#serveSoon();
    }
    return exchange;
  }

  close(): void {
    for (const exchange of this.#waiting) exchange.abort();
    this.#refused.close();
    this.#deadlines.close();
    this.#dial.close();
  }

  connectionOnIdle(connection: Http1Connection): void {
    if (this.#idle.length >= this.#options.idleSockets) {
      connection.onDeadline();
      return;
    }
    connection.rest(this.#options.clock.now());
    this.#idle.push(connection);
    this.#deadlines.start(connection.wait);
    if (this.#waiting.size > 0) this.#serveSoon();
  }

  connectionOnLingering(connection: Http1Connection): void {
    this.#deadlines.start(connection.wait);
  }

  connectionOnGone(connection: Http1Connection): void {
    this.#open--;
    this.#deadlines.stop(connection.wait);
    const at = this.#idle.lastIndexOf(connection);
    if (at >= 0) this.#idle.splice(at, 1);
    if (this.#waiting.size > 0) this.#serveSoon();
  }

  connectionOnFault(error: unknown): void {
    this.#options.onFault(error);
  }

  /**
   * Behind everything that has arrived in this turn: an unused connection that was closed, or spoke
   * unasked, is gone by then and meets no request.
   */
  #serveSoon(): void {
    if (this.#isServing) return;
    this.#isServing = true;
    setImmediate(this.#serve);
  }

  readonly #serve = (): void => {
    this.#isServing = false;
    for (const exchange of this.#waiting) {
      const connection = this.#takeIdle();
      if (connection === undefined) break;
      this.#start(exchange, connection);
    }
    while (this.#dialing < this.#waiting.size && this.#open < this.#options.upstreamSockets) {
      this.#dialing++;
      this.#dialOne(false, () => {
        this.#dialing--;
        return this.#waiting.values().next().value;
      });
    }
  };

  /** The upstream had refused it, and does so no more. */
  #goOn(exchange: Http1Exchange): void {
    if (exchange.request.isUpgrade) {
      this.#dialOne(true, () => exchange);
      return;
    }
    exchange.moveTo(this.#waiting);
    this.#waiting.add(exchange);
    this.#serveSoon();
  }

  /** `whose` is asked once, when the connection is there or has failed. */
  #dialOne(isPlain: boolean, whose: () => Http1Exchange | undefined): void {
    this.#open++;
    this.#dial.dial(isPlain, (error, socket) => {
      const exchange = whose();
      this.#refused.dialed(error);
      if (socket === null) {
        this.#open--;
        const isHeld = exchange !== undefined && this.#refused.hold(exchange, error);
        if (!isHeld) exchange?.fail(error, false);
        if (this.#waiting.size > 0) this.#serveSoon();
        return;
      }
      const connection = new Http1Connection(socket, this, this.#options.headMax);
      if (exchange === undefined || exchange.isOver) this.connectionOnIdle(connection);
      else this.#start(exchange, connection);
    });
  }

  #start(exchange: Http1Exchange, connection: Http1Connection): void {
    this.#waiting.delete(exchange);
    try {
      exchange.start(connection);
    } catch (error) {
      exchange.fail(error, false);
      connection.abandon();
      this.#options.onFault(error);
    }
  }

  #takeIdle(): Http1Connection | undefined {
    const now = this.#options.clock.now();
    for (
      let connection = this.#idle.pop();
      connection !== undefined;
      connection = this.#idle.pop()
    ) {
      this.#deadlines.stop(connection.wait);
      if (connection.isFit(now)) return connection;
      connection.onDeadline();
    }
    return undefined;
  }
}
