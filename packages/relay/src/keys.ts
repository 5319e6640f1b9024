import type { Buffer } from 'node:buffer';
import { createHash, timingSafeEqual } from 'node:crypto';

/**
 * The keys that open the relay to clients. Only digests are kept, and every comparison takes the
 * same time wherever two keys differ.
 */
export class Keys {
  readonly #digests: readonly Buffer[];

  constructor(keys: readonly string[]) {
    this.#digests = keys.map(digest);
  }

  get isEmpty(): boolean {
    return this.#digests.length === 0;
  }

  /** Looks at every key, so that the time does not tell which one came near. */
  includes(key: string): boolean {
    const presented = digest(key);
    let found = false;
    for (const known of this.#digests) found = timingSafeEqual(known, presented) || found;
    return found;
  }
}

/** Whether two secrets are the same, in constant time whatever their lengths. */
export function sameSecret(left: string, right: string): boolean {
  return timingSafeEqual(digest(left), digest(right));
}

/** The key of `Authorization: Bearer KEY` (RFC 6750 section 2.1), or undefined. */
export function bearerOf(authorization: string | undefined): string | undefined {
  if (authorization === undefined || authorization.length < 8) return undefined;
  if (authorization.slice(0, 7).toLowerCase() !== 'bearer ') return undefined;
  const key = authorization.slice(7).trim();
  return key === '' ? undefined : key;
}

/** The same text for the same key, and for no key: to compare clients by, never to be shown. */
export function keyIdentity(authorization: string | undefined): string {
  const key = bearerOf(authorization);
  return key === undefined ? '' : digest(key).toString('base64url');
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text, 'utf8').digest();
}
