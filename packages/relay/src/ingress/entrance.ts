import type { Clock, Timer } from '@sellia/session';
import type { FailureCode } from '../failures.ts';
import type { RelayLimits } from '../limits.ts';
import type { Lease, LeaseHolder, LeaseWaiter } from '../names/lease.ts';
import type { NameRegistry } from '../names/registry.ts';

/** A request on its way into a tunnel. */
export interface Entrant {
  /** Opens its stream; false: there is no room. */
  open(holder: LeaseHolder): boolean;
  /** It does not get in. `holder`: whose client may be told. */
  refuse(code: FailureCode, holder: LeaseHolder | undefined): void;
}

export interface EntranceParts {
  readonly names: Pick<NameRegistry, 'find'>;
  readonly limits: RelayLimits;
  readonly clock: Clock;
}

/**
 * Finds the tunnel of `name` and opens a stream on it, or refuses. While a client moves its tunnel
 * to a new session the request is held: then the hold is returned, for its owner to cancel when the
 * visitor leaves.
 */
export function enterTunnel(
  entrant: Entrant,
  name: string,
  parts: EntranceParts,
): HeldRequest | undefined {
  const lease = parts.names.find(name);
  if (lease === undefined) {
    entrant.refuse('SELLIA_TUNNEL_NOT_FOUND', undefined);
    return undefined;
  }
  const { holder } = lease;
  if (holder !== undefined && !holder.isLeaving) {
    if (entrant.open(holder)) return undefined;
    if (!holder.isLeaving) {
      entrant.refuse('SELLIA_TUNNEL_BUSY', holder);
      return undefined;
    }
  }
  return holdRequest(entrant, lease, parts);
}

function holdRequest(
  entrant: Entrant,
  lease: Lease,
  parts: EntranceParts,
): HeldRequest | undefined {
  const held = new HeldRequest(entrant, lease, parts);
  if (lease.wait(held, parts.limits.heldRequests)) return held;
  held.cancel();
  entrant.refuse('SELLIA_TUNNEL_BUSY', lease.holder);
  return undefined;
}

/** A request that waits for its tunnel's next session. */
export class HeldRequest implements LeaseWaiter {
  readonly #entrant: Entrant;
  readonly #lease: Lease;
  readonly #timer: Timer;

  constructor(entrant: Entrant, lease: Lease, { clock, limits }: EntranceParts) {
    this.#entrant = entrant;
    this.#lease = lease;
    this.#timer = clock.after(limits.holdMs, () => this.#giveUp());
  }

  leaseHeld(): void {
    this.#timer.cancel();
    const { holder } = this.#lease;
    if (holder === undefined || this.#entrant.open(holder)) return;
    this.#entrant.refuse('SELLIA_TUNNEL_BUSY', holder);
  }

  leaseGone(): void {
    this.#timer.cancel();
    this.#entrant.refuse('SELLIA_CLIENT_OFFLINE', undefined);
  }

  cancel(): void {
    this.#timer.cancel();
    this.#lease.stopWaiting(this);
  }

  #giveUp(): void {
    this.#lease.stopWaiting(this);
    this.#entrant.refuse('SELLIA_CLIENT_OFFLINE', this.#lease.holder);
  }
}
