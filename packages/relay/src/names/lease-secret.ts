import { createHmac, randomBytes } from 'node:crypto';
import { sameSecret } from '../keys.ts';

/** Which lease of a name: when it began, and what tells it from others of that moment. */
export interface LeaseId {
  /** Unix time, milliseconds: leases of one name are compared across restarts of the relay. */
  readonly startedAt: number;
  readonly nonce: string;
}

export function isSameLease(left: LeaseId, right: LeaseId): boolean {
  return left.startedAt === right.startedAt && left.nonce === right.nonce;
}

/** Time in base 36, nonce and HMAC-SHA256 in base64url. */
const SECRET = /^v1\.([0-9a-z]{1,11})\.([\w-]{16})\.[\w-]{43}$/;
/** 96 bits: two leases are never the same. */
const NONCE_BYTES = 12;

/**
 * Proof that a client held one certain lease: an HMAC over name, time and nonce under a key of the
 * relay, so that no table is needed to verify it. Not the session's secret; it outlives sessions.
 */
export class LeaseSecrets {
  readonly #key: Uint8Array;
  readonly #now: () => number;

  /**
   * `key` of at least 32 bytes; a random one makes leases end with the process. `now` in Unix
   * milliseconds.
   */
  constructor(key: Uint8Array = randomBytes(32), now: () => number = Date.now) {
    this.#key = key;
    this.#now = now;
  }

  /** A lease that begins now. */
  start(): LeaseId {
    const nonce = randomBytes(NONCE_BYTES).toString('base64url');
    return { startedAt: this.#now(), nonce };
  }

  /** What its client gets. */
  of(name: string, { startedAt, nonce }: LeaseId): string {
    const claims = `v1.${startedAt.toString(36)}.${nonce}`;
    const proof = createHmac('sha256', this.#key).update(`${claims}.${name}`).digest('base64url');
    return `${claims}.${proof}`;
  }

  /** The lease of `name` that `secret` proves; undefined for whatever this relay never gave out. */
  read(secret: string, name: string): LeaseId | undefined {
    const [, time, nonce] = SECRET.exec(secret) ?? [];
    if (time === undefined || nonce === undefined) return undefined;
    const id = { startedAt: Number.parseInt(time, 36), nonce };
    return sameSecret(secret, this.of(name, id)) ? id : undefined;
  }
}
