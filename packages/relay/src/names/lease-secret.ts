import { createHmac, randomBytes } from 'node:crypto';
import { sameSecret } from '../keys.ts';

/**
 * Proof that a client held a name before: an HMAC of the name under a key of the relay, so that
 * no table is needed to verify it. Not the session's secret; it outlives sessions.
 */
export class LeaseSecrets {
  readonly #key: Uint8Array;

  /** `key` of at least 32 bytes; a random one makes leases end with the process. */
  constructor(key: Uint8Array = randomBytes(32)) {
    this.#key = key;
  }

  of(name: string): string {
    return createHmac('sha256', this.#key).update(name).digest('base64url');
  }

  proves(secret: string, name: string): boolean {
    return sameSecret(secret, this.of(name));
  }
}
