import type { Lease, LeaseHolder } from './lease.ts';
import type { LeaseId } from './lease-secret.ts';

/** Somebody wants a name. */
export interface Claim {
  readonly name: string;
  readonly holder: LeaseHolder;
  /** Lease of this name that the claimant has proved to have had. */
  readonly proof: LeaseId | undefined;
  /** Shares the name with whoever asks with the same text; undefined: alone. */
  readonly pool: string | undefined;
}

/** Who holds which name. Names are canonical. */
export interface NameRegistry {
  /** Of every request, so never waits. */
  find(name: string): Lease | undefined;
  /**
   * For a name that nobody holds: a lease to wait at while clients are coming back after a start.
   * Undefined when no time or no room is left. It stands in nobody's way.
   */
  expect(name: string): Lease | undefined;
  /**
   * Decides a claim, atomically. Undefined: taken. Whoever loses the name to it is told.
   *
   * A name that nobody has goes to whoever asks. One that is held or in grace goes
   * 1. also to those of its pool, when it is shared;
   * 2. to whoever proves this very lease;
   * 3. soon after the relay's start, when it has no memory of its own yet, to whoever proves a lease
   *    from before the start, over a holder without such a proof or with an older one.
   */
  claim(claim: Claim): Promise<Lease | undefined>;
  /**
   * Compare and delete: takes the name from `holder` only if it still has it, so that the late end of
   * an old session cannot harm the new owner. Behind the last holder, and with `keepMs`, only a proven
   * claim gets the name for that long.
   */
  release(lease: Lease, holder: LeaseHolder, keepMs?: number): void;
  /** Names that are held at the moment. */
  readonly held: number;
  close(): void;
}
