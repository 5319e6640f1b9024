/** Bytes that all sessions of a process may keep until they are acknowledged. */
export const KEPT_MAX = 256 * 1024 * 1024;

/** A session without a transport: what it keeps stays until it is back, or ended. */
export interface AwayKeeper {
  /** Bytes that it keeps. */
  readonly cost: number;
  /** Ends the session: its room is needed. */
  evict(): void;
}

/**
 * What the sessions of a process keep together. Past the limit the session that is away and holds
 * most is ended; while none is away, each may keep only what its acknowledgements soon release.
 */
export class KeptBudget {
  readonly limit: number;
  readonly #away = new Set<AwayKeeper>();
  #used = 0;

  constructor(limit = KEPT_MAX) {
    this.limit = limit;
  }

  get used(): number {
    return this.#used;
  }

  get isFull(): boolean {
    return this.#used >= this.limit;
  }

  /** `bytes` more, or less when negative. */
  add(bytes: number): void {
    this.#used += bytes;
    while (this.#used > this.limit && this.#away.size > 0) this.#evictLargest();
  }

  wentAway(keeper: AwayKeeper): void {
    this.#away.add(keeper);
  }

  cameBack(keeper: AwayKeeper): void {
    this.#away.delete(keeper);
  }

  #evictLargest(): void {
    let largest: AwayKeeper | undefined;
    for (const keeper of this.#away) {
      if (largest === undefined || keeper.cost > largest.cost) largest = keeper;
    }
    if (largest === undefined) return;
    this.#away.delete(largest);
    largest.evict();
  }
}
