import type { Clock, Timer } from '@sellia/session';
import type { RelayLimits } from '../limits.ts';
import { Lease, type LeaseHolder } from './lease.ts';
import type { LeaseId, LeaseSecrets } from './lease-secret.ts';
import { checkName } from './name.ts';
import type { Claim, NameRegistry } from './registry.ts';

type RegistryLimits = Pick<
  RelayLimits,
  'leaseGraceMs' | 'namesInGrace' | 'startHoldMs' | 'expectedNames' | 'poolSessions'
>;

/**
 * The names of one process: those held are bounded by sessions times tunnels of a session, those in
 * grace and those expected by limits of their own.
 */
export class MemoryRegistry implements NameRegistry {
  readonly #clock: Clock;
  readonly #limits: RegistryLimits;
  readonly #secrets: Pick<LeaseSecrets, 'start'>;
  /** When the relay started, by its own clock and as a lease would say. */
  readonly #startedAt: number;
  readonly #start: LeaseId;
  readonly #leases = new Map<string, Lease>();
  /** Names in grace, the oldest first, with the end of their time. */
  readonly #inGrace = new Map<string, Timer>();
  readonly #expected = new Set<string>();
  #expectation: Timer | undefined;
  #held = 0;

  constructor(clock: Clock, limits: RegistryLimits, secrets: Pick<LeaseSecrets, 'start'>) {
    this.#clock = clock;
    this.#limits = limits;
    this.#secrets = secrets;
    this.#startedAt = clock.now();
    this.#start = secrets.start();
  }

  get held(): number {
    return this.#held;
  }

  find(name: string): Lease | undefined {
    return this.#leases.get(name);
  }

  expect(name: string): Lease | undefined {
    const { startHoldMs, expectedNames } = this.#limits;
    const left = startHoldMs - this.#age;
    if (left <= 0 || this.#expected.size >= expectedNames || 'code' in checkName(name)) {
      return undefined;
    }
    this.#expectation ??= this.#clock.after(left, () => this.#giveUpExpected());
    this.#expected.add(name);
    return this.#create(name);
  }

  async claim(claim: Claim): Promise<Lease | undefined> {
    const { name, holder, proof } = claim;
    const lease = this.#leases.get(name) ?? this.#create(name);
    if (lease.isExpected) this.#begin(lease, claim);
    else if (this.#mayShare(lease, claim)) lease.add(holder, proof ?? this.#secrets.start());
    else if (proof !== undefined && this.#mayTake(lease, proof)) this.#hand(lease, claim, proof);
    else return undefined;
    this.#isHeldAgain(name);
    return lease;
  }

  release(lease: Lease, holder: LeaseHolder, keepMs = 0): void {
    if (this.#leases.get(lease.name) !== lease || !lease.has(holder)) return;
    lease.remove(holder);
    if (lease.size > 0) return;
    this.#held--;
    if (keepMs > 0) this.#keep(lease, keepMs);
    else this.#delete(lease);
  }

  close(): void {
    this.#expectation?.cancel();
    for (const timer of this.#inGrace.values()) timer.cancel();
    for (const lease of [...this.#leases.values()]) this.#delete(lease);
    this.#held = 0;
  }

  /** Milliseconds since the start. */
  get #age(): number {
    return this.#clock.now() - this.#startedAt;
  }

  #create(name: string): Lease {
    const lease = new Lease(name);
    this.#leases.set(name, lease);
    return lease;
  }

  /** Nobody had it. A client that comes back after a restart keeps its lease, and so its secret. */
  #begin(lease: Lease, { holder, proof, pool }: Claim): void {
    this.#expected.delete(lease.name);
    const known = proof !== undefined && this.#isFromBefore(proof) ? proof : undefined;
    lease.isProven = known !== undefined;
    lease.pool = pool;
    this.#held++;
    lease.add(holder, known ?? this.#secrets.start());
  }

  #hand(lease: Lease, { holder, pool }: Claim, proof: LeaseId): void {
    lease.isProven ||= !lease.isOf(proof);
    lease.pool = pool;
    lease.handTo(holder, proof);
  }

  /** Of a lease that was in grace, the time is over. */
  #isHeldAgain(name: string): void {
    const grace = this.#inGrace.get(name);
    if (grace === undefined) return;
    grace.cancel();
    this.#inGrace.delete(name);
    this.#held++;
  }

  #mayShare(lease: Lease, { pool, proof }: Claim): boolean {
    if (pool === undefined || lease.pool !== pool) return false;
    return lease.size < this.#limits.poolSessions || (proof !== undefined && lease.isOf(proof));
  }

  #mayTake(lease: Lease, proof: LeaseId): boolean {
    if (lease.isOf(proof)) return lease.size <= 1;
    return this.#isFromBefore(proof) && (!lease.isProven || lease.isOlderThan(proof));
  }

  /** Proves a lease of an earlier process, and that can still be what somebody held at its end. */
  #isFromBefore({ startedAt }: LeaseId): boolean {
    return this.#age < this.#limits.leaseGraceMs && startedAt <= this.#start.startedAt;
  }

  #keep(lease: Lease, keepMs: number): void {
    const { name } = lease;
    const [oldest] = this.#inGrace.keys();
    if (oldest !== undefined && this.#inGrace.size >= this.#limits.namesInGrace) {
      this.#endGrace(oldest);
    }
    this.#inGrace.set(
      name,
      this.#clock.after(keepMs, () => this.#endGrace(name)),
    );
  }

  #endGrace(name: string): void {
    this.#inGrace.get(name)?.cancel();
    this.#inGrace.delete(name);
    const lease = this.#leases.get(name);
    if (lease !== undefined) this.#delete(lease);
  }

  #giveUpExpected(): void {
    for (const name of this.#expected) {
      const lease = this.#leases.get(name);
      if (lease !== undefined) this.#delete(lease);
    }
    this.#expected.clear();
  }

  #delete(lease: Lease): void {
    this.#leases.delete(lease.name);
    lease.end();
  }
}
