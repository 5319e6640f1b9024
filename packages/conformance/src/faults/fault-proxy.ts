import type { Server, Socket } from 'node:net';
import { type Clock, systemClock } from '@sellia/session';
import { type Condition, healthy } from './condition.ts';
import type { Direction, Fault, Side } from './fault.ts';
import type { LaneCounts } from './lane.ts';
import { ProxiedConnection, type Target } from './proxied-connection.ts';
import { listenOn, quietPort } from './quiet-port.ts';

export interface FaultProxyOptions {
  /** Default: the system's. */
  readonly clock?: Clock;
  /** Connections at once, beyond which new ones are dropped. Default 4,096. */
  readonly connections?: number;
}

export interface FaultCounts {
  /** Connections accepted so far. */
  accepted: number;
  readonly up: LaneCounts;
  readonly down: LaneCounts;
}

/**
 * A TCP proxy on 127.0.0.1 that does to its connections what networks do. Every fault counts for
 * the connections that are up and for those to come, from the moment of the call until `heal`, but
 * for `cut` and `halfClose`, which happen once. Bytes are never changed, doubled or reordered.
 * Owner: whoever started it, by `close`.
 */
export class FaultProxy {
  readonly target: Target;
  /** The same through `refuse` and `accept`. */
  readonly port: number;
  readonly counts: FaultCounts = { accepted: 0, up: noCounts(), down: noCounts() };
  readonly #clock: Clock;
  readonly #most: number;
  readonly #connections = new Set<ProxiedConnection>();
  readonly #conditions: Record<Direction, Condition> = { up: healthy(), down: healthy() };
  #server: Server | undefined;
  #isRefusing = false;
  /** The last of `accept`, so that two do not listen twice. */
  #accepting: Promise<void> = Promise.resolve();
  #isClosed = false;

  private constructor(target: Target, options: FaultProxyOptions, port: number) {
    this.target = target;
    this.port = port;
    this.#clock = options.clock ?? systemClock;
    this.#most = options.connections ?? 4_096;
  }

  /** Rejects when no port is to be had. */
  static async start(target: Target, options: FaultProxyOptions = {}): Promise<FaultProxy> {
    const proxy = new FaultProxy(target, options, await quietPort());
    await proxy.accept();
    return proxy;
  }

  /** `http://127.0.0.1:…` */
  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Connections of which one socket at least is there. */
  get open(): number {
    return this.#connections.size;
  }

  /**
   * Ends every connection now; bytes on their way are lost. With a side, the other one hears
   * nothing and is left half-open, until `heal` resets it.
   */
  cut(how: 'fin' | 'rst', side: Side | 'both' = 'both'): void {
    for (const connection of this.#connections) connection.cut(how, side);
  }

  /** Nothing passes, ends neither; new connections are accepted and silent. It all waits for `heal`. */
  blackHole(where: Direction | 'both' = 'both'): void {
    this.#change(where, { isHoled: true });
  }

  /** New connections get ECONNREFUSED; those that are up go on. */
  refuse(): void {
    this.#isRefusing = true;
    this.#server?.close();
    this.#server = undefined;
  }

  /** Listens again, on the same port. */
  accept(): Promise<void> {
    this.#isRefusing = false;
    this.#accepting = this.#accepting.then(() => this.#listen());
    return this.#accepting;
  }

  /** Every byte takes so much longer, each way (or the one named). Order stays. */
  delay(ms: number, where: Direction | 'both' = 'both'): void {
    this.#change(where, { delayMs: ms });
  }

  /** Of each connection, each way (or the one named). */
  throttle(bytesPerSecond: number, where: Direction | 'both' = 'both'): void {
    this.#change(where, { bytesPerSecond });
  }

  /** At most so many bytes in a segment, and so long between two; 0 ms is the next turn. */
  slice(bytes: number, gapMs = 0, where: Direction | 'both' = 'both'): void {
    this.#change(where, { sliceBytes: bytes, gapMs });
  }

  /** FIN in one direction of every connection, now; what else is sent that way is lost. */
  halfClose(direction: Direction): void {
    for (const connection of this.#connections) connection.halfClose(direction);
  }

  /** No condition is left, what waited goes on, and new connections are accepted again. */
  heal(): Promise<void> {
    Object.assign(this.#conditions.up, healthy());
    Object.assign(this.#conditions.down, healthy());
    for (const connection of this.#connections) connection.heal();
    return this.accept();
  }

  /** Does what a schedule says. */
  apply(fault: Fault): Promise<void> | void {
    switch (fault.kind) {
      case 'cut':
        return this.cut(fault.how, fault.side);
      case 'black-hole':
        return this.blackHole(fault.where);
      case 'refuse':
        return this.refuse();
      case 'delay':
        return this.delay(fault.ms);
      case 'throttle':
        return this.throttle(fault.bytesPerSecond);
      case 'slice':
        return this.slice(fault.bytes, fault.gapMs);
      case 'half-close':
        return this.halfClose(fault.direction);
      case 'heal':
        return this.heal();
    }
  }

  /** Drops every socket and stops listening. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.refuse();
    for (const connection of this.#connections) connection.destroy();
    await this.#accepting;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #listen(): Promise<void> {
    if (this.#isRefusing || this.#server !== undefined) return;
    const server = await listenOn(this.port, (socket) => this.#serverOnSocket(socket));
    if (this.#isRefusing) server.close();
    else this.#server = server;
  }

  #change(where: Direction | 'both', change: Partial<Condition>): void {
    if (where !== 'down') Object.assign(this.#conditions.up, change);
    if (where !== 'up') Object.assign(this.#conditions.down, change);
    for (const connection of this.#connections) connection.onCondition();
  }

  #serverOnSocket(near: Socket): void {
    this.counts.accepted++;
    if (this.#isClosed || this.#connections.size >= this.#most) {
      near.destroy();
      return;
    }
    this.#connections.add(
      new ProxiedConnection({
        near,
        target: this.target,
        clock: this.#clock,
        conditions: this.#conditions,
        counts: this.counts,
        onClosed: (connection) => this.#connections.delete(connection),
      }),
    );
  }
}

function noCounts(): LaneCounts {
  return { received: 0, passed: 0, lost: 0 };
}
