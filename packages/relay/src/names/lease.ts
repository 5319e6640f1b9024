import type { MuxStream, Opening, RequestHead, StreamHandler } from '@sellia/protocol';
import { isSameLease, type LeaseId } from './lease-secret.ts';

/** Who answers for a name: one tunnel of one session. */
export interface LeaseHolder {
  /** Number of the tunnel within its session. */
  readonly tunnel: number;
  /** The session takes no new streams now; it goes on later, or its client comes with another. */
  readonly isLeaving: boolean;
  /** Of its session. Of a pool's holders the one with the fewest gets the next request. */
  readonly streams: number;
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
  /** Somebody may answer again. True: it waits no longer. */
  leaseHeld(): boolean;
  /** Nobody will. */
  leaseGone(): void;
}

interface Member {
  readonly holder: LeaseHolder;
  /** What this holder proves to take its place again. */
  readonly id: LeaseId;
}

/**
 * The right to a name: held by one session, or by those of a pool; by none while its client is away.
 *
 *     expected -> held <-> in grace -> ended
 */
export class Lease {
  readonly name: string;
  /** Whose sessions share the name; undefined: one session alone has it. */
  pool: string | undefined;
  /** Its first holder had proved an earlier lease. */
  isProven = false;
  readonly #members: Member[] = [];
  /** Of the last that went: what ends the time of grace. */
  #lastId: LeaseId | undefined;
  #hasBegun = false;
  #turn = 0;
  readonly #waiters = new Set<LeaseWaiter>();

  constructor(name: string) {
    this.name = name;
  }

  /** Nobody has ever held it; requests wait in the hope that somebody will. */
  get isExpected(): boolean {
    return !this.#hasBegun;
  }

  get size(): number {
    return this.#members.length;
  }

  get holders(): readonly LeaseHolder[] {
    return this.#members.map(({ holder }) => holder);
  }

  /** Who answers the next request: of a pool whoever has least to do, in turn among equals. */
  choose(): LeaseHolder | undefined {
    const { length } = this.#members;
    if (length < 2) return this.#members[0]?.holder;
    this.#turn = (this.#turn + 1) % length;
    let chosen = this.#memberAt(0).holder;
    for (let i = 1; i < length; i++) {
      const { holder } = this.#memberAt(i);
      if (isFreer(holder, chosen)) chosen = holder;
    }
    return chosen;
  }

  has(holder: LeaseHolder): boolean {
    return this.#members.some((member) => member.holder === holder);
  }

  /** What `holder` proves to take its place again; undefined when it has none. */
  idOf(holder: LeaseHolder): LeaseId | undefined {
    return this.#members.find((member) => member.holder === holder)?.id;
  }

  /** Whether `id` is that of a holder, or of the last that went. */
  isOf(id: LeaseId): boolean {
    if (this.#members.length > 0) return this.#members.some((one) => isSameLease(one.id, id));
    return this.#lastId !== undefined && isSameLease(this.#lastId, id);
  }

  /** Every holder's own began before that of `id`. */
  isOlderThan({ startedAt }: LeaseId): boolean {
    const ids = this.#members.length > 0 ? this.#members.map(({ id }) => id) : [this.#lastId];
    return ids.every((id) => id === undefined || id.startedAt < startedAt);
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

  /** Gives `holder` the name for itself; those who had it are told, and whoever waits goes on. */
  handTo(holder: LeaseHolder, id: LeaseId): void {
    const before = this.#members.splice(0);
    this.add(holder, id);
    for (const member of before) member.holder.replaced();
  }

  /** Lets `holder` share the name, in the place of whoever had `id`. */
  add(holder: LeaseHolder, id: LeaseId): void {
    const at = this.#members.findIndex((member) => isSameLease(member.id, id));
    const [before] = at < 0 ? [] : this.#members.splice(at, 1);
    this.#hasBegun = true;
    this.#members.push({ holder, id });
    this.wake();
    before?.holder.replaced();
  }

  remove(holder: LeaseHolder): void {
    const at = this.#members.findIndex((member) => member.holder === holder);
    if (at >= 0) this.#lastId = this.#members.splice(at, 1)[0]?.id;
  }

  /** A holder takes streams (again): whoever waits goes on. */
  wake(): void {
    for (const waiter of [...this.#waiters]) {
      if (!waiter.leaseHeld()) return;
      this.#waiters.delete(waiter);
    }
  }

  /** Nobody will answer. */
  end(): void {
    const waiters = [...this.#waiters];
    this.#waiters.clear();
    this.#members.length = 0;
    for (const waiter of waiters) waiter.leaseGone();
  }

  #memberAt(i: number): Member {
    return this.#members[(this.#turn + i) % this.#members.length] as Member;
  }
}

function isFreer(left: LeaseHolder, right: LeaseHolder): boolean {
  if (left.isLeaving !== right.isLeaving) return right.isLeaving;
  return left.streams < right.streams;
}
