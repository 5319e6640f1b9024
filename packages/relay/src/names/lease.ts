import type { MuxStream, Opening, RequestHead, StreamHandler } from '@sellia/protocol';

/** Who answers for a name: one tunnel of one session. */
export interface LeaseHolder {
  /** Number of the tunnel within its session. */
  readonly tunnel: number;
  /** The session takes no new streams, and its client is expected to come with another. */
  readonly isLeaving: boolean;
  /** Undefined: no room, or leaving. */
  open(
    opening: Opening,
    request: RequestHead,
    ended: boolean,
    handler: StreamHandler,
  ): MuxStream | undefined;
  /** The name has gone to another session of the same client. */
  replaced(): void;
  /** Told of every exchange and refusal of the tunnel, for its client; undefined: it does not ask. */
  readonly reports: LeaseReports | undefined;
}

/** What a client wants to know of its tunnel's visitors. */
export interface LeaseReports {
  ended(stream: number, status: number, code: string, firstByteMs: number, totalMs: number): void;
  refused(status: number, code: string, method: string, target: string): void;
}

/** A request that waits for a holder. */
export interface LeaseWaiter {
  /** The lease has a holder again. */
  leaseHeld(): void;
  /** It will not come back. */
  leaseGone(): void;
}

/** The right to a name: held by one session, for a moment by none while a client changes sessions. */
export class Lease {
  readonly name: string;
  #holder: LeaseHolder | undefined;
  readonly #waiters = new Set<LeaseWaiter>();

  constructor(name: string, holder: LeaseHolder) {
    this.name = name;
    this.#holder = holder;
  }

  get holder(): LeaseHolder | undefined {
    return this.#holder;
  }

  /** False when `most` wait already. */
  wait(waiter: LeaseWaiter, most: number): boolean {
    if (this.#waiters.size >= most) return false;
    this.#waiters.add(waiter);
    return true;
  }

  stopWaiting(waiter: LeaseWaiter): void {
    this.#waiters.delete(waiter);
  }

  /** Hands the name to `holder`; whoever waits goes on with it. */
  handTo(holder: LeaseHolder): void {
    this.#holder = holder;
    for (const waiter of this.#takeWaiters()) waiter.leaseHeld();
  }

  /** Nobody answers at the moment. */
  orphan(): void {
    this.#holder = undefined;
  }

  /** Nobody will. */
  end(): void {
    this.#holder = undefined;
    for (const waiter of this.#takeWaiters()) waiter.leaseGone();
  }

  #takeWaiters(): LeaseWaiter[] {
    const waiters = [...this.#waiters];
    this.#waiters.clear();
    return waiters;
  }
}
