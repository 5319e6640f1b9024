import { isIPv6 } from 'node:net';
import { TokenBucket } from '@sellia/protocol';

/** Networks of which the rate is known; beyond it the one seen first is forgotten, and free again. */
const NETWORKS_MAX = 10_000;

/** How fast one network may open connections, so that its flood does not fill everybody's queue. */
export class ConnectRate {
  readonly #perSecond: number;
  readonly #burst: number;
  readonly #buckets = new Map<string, TokenBucket>();

  /** `perSecond` 0: no limit. */
  constructor(perSecond: number, burst: number) {
    this.#perSecond = perSecond;
    this.#burst = burst;
  }

  /** Whether a connection of `address` may come in at `now` (milliseconds). */
  admits(address: string, now: number): boolean {
    return this.#perSecond === 0 || this.#bucketOf(networkOf(address), now).take(1, now);
  }

  #bucketOf(network: string, now: number): TokenBucket {
    const known = this.#buckets.get(network);
    if (known !== undefined) return known;
    const bucket = new TokenBucket(this.#burst, this.#perSecond, now);
    this.#buckets.set(network, bucket);
    if (this.#buckets.size > NETWORKS_MAX) {
      const first = this.#buckets.keys().next();
      if (first.done !== true) this.#buckets.delete(first.value);
    }
    return bucket;
  }
}

/** An IPv6 host has a /64 of its own to choose addresses from; it counts as one. */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const [left = '', right] = address.split('::');
  const before = left.split(':').filter(Boolean);
  const after = right?.split(':').filter(Boolean) ?? [];
  // A dotted tail stands for two groups, and is behind the first four anyway.
  const missing = right === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  const groups = [...before, ...Array.from({ length: missing }, () => '0'), ...after];
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}
