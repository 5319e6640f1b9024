import type { RequestHead } from '@sellia/protocol';
import type { Clock, Timer } from '@sellia/session';
import type { FailureCode } from '../failures.ts';
import type { RelayLimits } from '../limits.ts';
import type { Lease, LeaseHolder, LeaseWaiter } from '../names/lease.ts';
import type { NameRegistry } from '../names/registry.ts';
import type { Guest, WaitingRoom } from './waiting-room.ts';

/** A request on its way into a tunnel. */
export interface Entrant {
  /** Opens its stream; false: there is no room. */
  open(holder: LeaseHolder): boolean;
  /** It does not get in. `holder`: whose client may be told. */
  refuse(code: FailureCode, holder: LeaseHolder | undefined): void;
}

/** What is asked of which tunnel. */
export interface Asked {
  readonly name: string;
  readonly head: RequestHead;
}

export interface EntranceParts {
  readonly names: Pick<NameRegistry, 'find' | 'expect'>;
  readonly waiting: WaitingRoom;
  readonly limits: RelayLimits;
  readonly clock: Clock;
}

/**
 * Finds the tunnel and opens a stream on it, or refuses. While its client is away the request is held:
 * then the hold is returned, for its owner to cancel when the visitor leaves. Its body stays unread.
 */
export function enterTunnel(
  entrant: Entrant,
  asked: Asked,
  parts: EntranceParts,
): HeldRequest | undefined {
  const { names, limits } = parts;
  const lease =
    names.find(asked.name) ?? (limits.holdMs > 0 ? names.expect(asked.name) : undefined);
  if (lease === undefined) {
    entrant.refuse('SELLIA_TUNNEL_NOT_FOUND', undefined);
    return undefined;
  }
  return hasEntered(entrant, lease) ? undefined : holdRequest(entrant, asked, lease, parts);
}

/** True: it is in, or refused because its client has no room. False: nobody answers now. */
function hasEntered(entrant: Entrant, lease: Lease): boolean {
  const first = lease.choose();
  if (first === undefined || first.isLeaving) return false;
  if (entrant.open(first)) return true;
  // That attempt may have used up the last of a session's stream numbers.
  const others = lease.holders.filter((holder) => holder !== first && !holder.isLeaving);
  if (others.some((holder) => entrant.open(holder))) return true;
  if (first.isLeaving && others.length === 0) return false;
  entrant.refuse('SELLIA_TUNNEL_BUSY', first);
  return true;
}

function holdRequest(
  entrant: Entrant,
  { head }: Asked,
  lease: Lease,
  parts: EntranceParts,
): HeldRequest | undefined {
  const { limits, waiting } = parts;
  if (limits.holdMs === 0 || waiting.isClosed) {
    const code = waiting.isClosed ? 'SELLIA_GOING_AWAY' : 'SELLIA_CLIENT_OFFLINE';
    entrant.refuse(code, lease.choose());
    return undefined;
  }
  const held = new HeldRequest(entrant, bytesOf(head), lease, parts);
  if (waiting.enter(held) && lease.wait(held, limits.heldRequests)) return held;
  held.cancel();
  entrant.refuse('SELLIA_TUNNEL_BUSY', lease.choose());
  return undefined;
}

/** A request that waits for its tunnel's client. */
export class HeldRequest implements LeaseWaiter, Guest {
  readonly headBytes: number;
  readonly #entrant: Entrant;
  readonly #lease: Lease;
  readonly #waiting: WaitingRoom;
  readonly #timer: Timer;

  constructor(
    entrant: Entrant,
    headBytes: number,
    lease: Lease,
    { waiting, clock, limits }: EntranceParts,
  ) {
    this.#entrant = entrant;
    this.headBytes = headBytes;
    this.#lease = lease;
    this.#waiting = waiting;
    this.#timer = clock.after(limits.holdMs, () => this.leaseGone());
  }

  leaseHeld(): boolean {
    if (!hasEntered(this.#entrant, this.#lease)) return false;
    this.cancel();
    return true;
  }

  leaseGone(): void {
    this.#refuse(this.#lease.isExpected ? 'SELLIA_TUNNEL_NOT_FOUND' : 'SELLIA_CLIENT_OFFLINE');
  }

  sendAway(): void {
    this.#refuse('SELLIA_GOING_AWAY');
  }

  /** It waits no longer; asking again changes nothing. */
  cancel(): void {
    this.#timer.cancel();
    this.#lease.stopWaiting(this);
    this.#waiting.leave(this);
  }

  #refuse(code: FailureCode): void {
    this.cancel();
    this.#entrant.refuse(code, this.#lease.choose());
  }
}

/** Of a head as it is kept: latin1 text. */
function bytesOf({ method, target, headers }: RequestHead): number {
  return headers.reduce((sum, text) => sum + text.length, method.length + target.length);
}
