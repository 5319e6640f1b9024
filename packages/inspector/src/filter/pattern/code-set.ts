/** First and last code unit, in turn: 48, 57 is the digits. */
export type CodeRanges = readonly number[];

const CODE_MAX = 0xffff;

export const DIGITS: CodeRanges = [0x30, 0x39];
export const WORD: CodeRanges = [0x30, 0x39, 0x41, 0x5a, 0x5f, 0x5f, 0x61, 0x7a];
/** In order, as `complement` needs them. */
export const BLANKS: CodeRanges = [
  0x09, 0x0d, 0x20, 0x20, 0xa0, 0xa0, 0x1680, 0x1680, 0x2000, 0x200a, 0x2028, 0x2029, 0x202f,
  0x202f, 0x205f, 0x205f, 0x3000, 0x3000, 0xfeff, 0xfeff,
];
export const LINE_ENDS: CodeRanges = [0x0a, 0x0a, 0x0d, 0x0d, 0x2028, 0x2029];

/** What is in none of `ranges`, which are in order and apart. */
export function complement(ranges: CodeRanges): CodeRanges {
  const rest: number[] = [];
  let from = 0;
  for (let index = 0; index < ranges.length; index += 2) {
    const first = ranges[index] ?? 0;
    if (first > from) rest.push(from, first - 1);
    from = (ranges[index + 1] ?? 0) + 1;
  }
  if (from <= CODE_MAX) rest.push(from, CODE_MAX);
  return rest;
}

/** Which UTF-16 code units may stand at one place of a text. */
export class CodeSet {
  readonly #ranges: CodeRanges;
  readonly #isNegated: boolean;
  readonly #ignoresCase: boolean;

  constructor(ranges: CodeRanges, isNegated: boolean, ignoresCase: boolean) {
    this.#ranges = ranges;
    this.#isNegated = isNegated;
    this.#ignoresCase = ignoresCase;
  }

  has(code: number): boolean {
    return this.#isWithin(code) !== this.#isNegated;
  }

  #isWithin(code: number): boolean {
    if (isBetween(this.#ranges, code)) return true;
    if (!this.#ignoresCase) return false;
    const upper = upperCase(code);
    return isBetween(this.#ranges, upper) || isBetween(this.#ranges, lowerCase(upper));
  }
}

function isBetween(ranges: CodeRanges, code: number): boolean {
  for (let index = 0; index < ranges.length; index += 2) {
    if (code >= (ranges[index] ?? 0) && code <= (ranges[index + 1] ?? 0)) return true;
  }
  return false;
}

/** As ECMAScript's Canonicalize without the flag `u`: one code unit to one, never into ASCII. */
function upperCase(code: number): number {
  const upper = String.fromCharCode(code).toUpperCase();
  const only = upper.charCodeAt(0);
  return upper.length === 1 && (code < 128 || only >= 128) ? only : code;
}

function lowerCase(code: number): number {
  const lower = String.fromCharCode(code).toLowerCase();
  return lower.length === 1 ? lower.charCodeAt(0) : code;
}

export function isWordCode(code: number): boolean {
  return isBetween(WORD, code);
}
