import type { Lease, LeaseHolder } from './lease.ts';

/** Who holds which name. Names are canonical. */
export interface NameRegistry {
  /** Of every request, so never waits. */
  find(name: string): Lease | undefined;
  /**
   * Gives `name` to `holder`, atomically. With `takesOver` (the claimant has proved an earlier
   * lease) also from whoever holds it now, who is told. Undefined: taken.
   */
  claim(name: string, holder: LeaseHolder, takesOver: boolean): Promise<Lease | undefined>;
  /**
   * Compare and delete: frees the name only if `holder` still has it, so that the late end of an
   * old session cannot harm the new owner. With `keepMs` only a proven claim gets the name before.
   */
  release(lease: Lease, holder: LeaseHolder, keepMs?: number): void;
  /** Names that are held at the moment. */
  readonly held: number;
  close(): void;
}
