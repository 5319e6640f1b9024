import { Unreadable } from '../unreadable.ts';
import { BLANKS, type CodeRanges, complement, DIGITS, WORD } from './code-set.ts';
import type { SourceReader } from './source-reader.ts';

const CLASSES: ReadonlyMap<string, CodeRanges> = new Map([
  ['d', DIGITS],
  ['D', complement(DIGITS)],
  ['w', WORD],
  ['W', complement(WORD)],
  ['s', BLANKS],
  ['S', complement(BLANKS)],
]);

const CONTROLS: ReadonlyMap<string, number> = new Map([
  ['t', 9],
  ['n', 10],
  ['v', 11],
  ['f', 12],
  ['r', 13],
]);

const HEX_DIGITS: ReadonlyMap<string, number> = new Map([
  ['x', 2],
  ['u', 4],
]);

/**
 * What an escape stands for, the reader standing behind its backslash. Throws an Unreadable for one
 * that JavaScript does not know, and for a backreference, which no linear search can follow.
 */
export function readEscape(reader: SourceReader): CodeRanges {
  const letter = reader.take();
  if (letter === '') throw new Unreadable('Nothing follows the last \\.');
  const digits = HEX_DIGITS.get(letter);
  if (digits !== undefined) return single(readHex(reader, letter, digits));
  if (letter === '0' && !/\d/.test(reader.peek())) return single(0);
  if (letter === 'k' || /\d/.test(letter)) {
    throw new Unreadable('References to groups (\\1, \\k) cannot be used here.');
  }
  const code = CONTROLS.get(letter);
  const ranges = CLASSES.get(letter) ?? (code === undefined ? undefined : single(code));
  if (ranges !== undefined) return ranges;
  if (/[A-Za-z]/.test(letter)) throw new Unreadable(`\\${letter} cannot be used here.`);
  return single(letter.charCodeAt(0));
}

function readHex(reader: SourceReader, letter: string, digits: number): number {
  const text = reader.takeMatch(/[0-9a-fA-F]+/y, digits);
  if (text.length === digits) return Number.parseInt(text, 16);
  throw new Unreadable(`\\${letter} needs ${digits} hexadecimal digits.`);
}

/** The inside of `[…]`, the reader standing behind its bracket (and its `^`). */
export function readClass(reader: SourceReader): CodeRanges {
  const ranges: number[] = [];
  while (!reader.accept(']')) {
    if (reader.isAtEnd) throw new Unreadable('A [ is not closed.');
    const first = readMember(reader);
    if (reader.peek() !== '-' || reader.peek(1) === ']') ranges.push(...first);
    else ranges.push(...readRange(reader, first));
  }
  return ranges;
}

function readRange(reader: SourceReader, first: CodeRanges): CodeRanges {
  reader.take();
  if (reader.isAtEnd) throw new Unreadable('A [ is not closed.');
  const last = readMember(reader);
  const [from = 0] = first;
  const [to = 0] = last;
  if (!isSingle(first) || !isSingle(last)) {
    throw new Unreadable('A class such as \\d cannot begin or end a range.');
  }
  if (from > to) throw new Unreadable('A range in [ ] runs backwards.');
  return [from, to];
}

function readMember(reader: SourceReader): CodeRanges {
  const letter = reader.take();
  if (letter !== '\\') return single(letter.charCodeAt(0));
  return reader.accept('b') ? single(8) : readEscape(reader);
}

function single(code: number): CodeRanges {
  return [code, code];
}

function isSingle(ranges: CodeRanges): boolean {
  return ranges.length === 2 && ranges[0] === ranges[1];
}
