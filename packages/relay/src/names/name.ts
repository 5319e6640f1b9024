import { customAlphabet } from 'nanoid';
import { isReserved } from './reserved.ts';

/** 36^12 is 62 bits: not to be guessed, and never met twice. */
const makeRandom = customAlphabet('0123456789abcdefghijklmnopqrstuvwxyz', 12);

/** LDH label of 3 to 63 characters (RFC 1035 section 2.3.1), digits first allowed (RFC 1123). */
const LABEL = /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/;

/** A random name from a cryptographic source. */
export function makeName(): string {
  return makeRandom();
}

export type NameVerdict =
  | { readonly name: string }
  | { readonly code: 'SELLIA_NAME_INVALID' | 'SELLIA_NAME_RESERVED'; readonly reason: string };

/** The canonical form of a wanted name, or why there can be none. */
export function checkName(wanted: string): NameVerdict {
  if (wanted.length < 3) return invalid('a name has at least 3 characters');
  if (wanted.length > 63) return invalid('a name has at most 63 characters');
  const name = wanted.toLowerCase();
  if (name.startsWith('-') || name.endsWith('-')) {
    return invalid('a name neither begins nor ends with a hyphen');
  }
  if (!LABEL.test(name)) return invalid('a name has only letters a-z, digits and hyphens');
  // Punycode and whatever else RFC 5891 section 4.2.3.1 sets aside.
  if (name.slice(2, 4) === '--')
    return invalid('a name has no hyphens as third and fourth character');
  if (isReserved(name)) {
    return { code: 'SELLIA_NAME_RESERVED', reason: `the name ${name} is reserved` };
  }
  return { name };
}

function invalid(reason: string): NameVerdict {
  return { code: 'SELLIA_NAME_INVALID', reason };
}
