import type { Clock, Timer } from '@sellia/session';
import { Lease, type LeaseHolder } from './lease.ts';
import type { NameRegistry } from './registry.ts';

interface Entry {
  readonly lease: Lease;
  /** Runs while nobody holds the name. */
  release: Timer | undefined;
}

/** The names of one process. Bounded by sessions times tunnels of a session. */
export class MemoryRegistry implements NameRegistry {
  readonly #clock: Clock;
  readonly #entries = new Map<string, Entry>();
  #held = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get held(): number {
    return this.#held;
  }

  find(name: string): Lease | undefined {
    return this.#entries.get(name)?.lease;
  }

  async claim(name: string, holder: LeaseHolder, takesOver: boolean): Promise<Lease | undefined> {
    const entry = this.#entries.get(name);
    if (entry === undefined) return this.#create(name, holder);
    if (!takesOver) return undefined;
    this.#hand(entry, holder);
    return entry.lease;
  }

  release(lease: Lease, holder: LeaseHolder, keepMs = 0): void {
    const entry = this.#entries.get(lease.name);
    if (entry?.lease !== lease || lease.holder !== holder) return;
    this.#held--;
    if (keepMs === 0) {
      this.#delete(lease);
      return;
    }
    lease.orphan();
    entry.release = this.#clock.after(keepMs, () => this.#delete(lease));
  }

  close(): void {
    for (const { lease, release } of [...this.#entries.values()]) {
      release?.cancel();
      this.#delete(lease);
    }
    this.#held = 0;
  }

  #create(name: string, holder: LeaseHolder): Lease {
    const lease = new Lease(name, holder);
    this.#entries.set(name, { lease, release: undefined });
    this.#held++;
    return lease;
  }

  #hand(entry: Entry, holder: LeaseHolder): void {
    const before = entry.lease.holder;
    entry.release?.cancel();
    entry.release = undefined;
    if (before === undefined) this.#held++;
    entry.lease.handTo(holder);
    before?.replaced();
  }

  #delete(lease: Lease): void {
    this.#entries.delete(lease.name);
    lease.end();
  }
}
