import { PATTERN_DEPTH_MAX } from '../limits.ts';
import { Unreadable } from '../unreadable.ts';
import { readClass, readEscape } from './code-reader.ts';
import { type CodeRanges, CodeSet, LINE_ENDS } from './code-set.ts';
import type { PatternNode } from './pattern-node.ts';
import { SourceReader } from './source-reader.ts';

const NOTHING_TO_REPEAT = 'Nothing stands before *, +, ? or { } to repeat.';

/** Reads JavaScript's regular expressions but for what needs backtracking. */
export class PatternParser {
  readonly #reader: SourceReader;
  readonly #ignoresCase: boolean;

  constructor(source: string, ignoresCase: boolean) {
    this.#reader = new SourceReader(source);
    this.#ignoresCase = ignoresCase;
  }

  /** Throws an Unreadable that says what is wrong. */
  parse(): PatternNode {
    const node = this.#choice(0);
    if (!this.#reader.isAtEnd) throw new Unreadable('A ) has no ( before it.');
    return node;
  }

  #choice(depth: number): PatternNode {
    if (depth > PATTERN_DEPTH_MAX) throw new Unreadable('Too many groups inside groups.');
    const parts = [this.#sequence(depth)];
    while (this.#reader.accept('|')) parts.push(this.#sequence(depth));
    return { kind: 'choice', parts };
  }

  #sequence(depth: number): PatternNode {
    const parts: PatternNode[] = [];
    while (!this.#reader.isAtEnd && !'|)'.includes(this.#reader.peek())) {
      parts.push(this.#repeated(this.#atom(depth)));
    }
    return { kind: 'sequence', parts };
  }

  #atom(depth: number): PatternNode {
    const letter = this.#reader.take();
    if (letter === '(') return this.#group(depth);
    if (letter === '[') return this.#set(this.#reader.accept('^'), readClass(this.#reader));
    if (letter === '.') return this.#set(true, LINE_ENDS);
    if (letter === '^') return { kind: 'assertion', assertion: 'start' };
    if (letter === '$') return { kind: 'assertion', assertion: 'end' };
    if (letter === '\\') return this.#escape();
    if ('*+?'.includes(letter)) throw new Unreadable(NOTHING_TO_REPEAT);
    if (letter === '{' && this.#reader.takeMatch(/\d+(?:,\d*)?\}/y) !== '') {
      throw new Unreadable(NOTHING_TO_REPEAT);
    }
    const code = letter.charCodeAt(0);
    return this.#set(false, [code, code]);
  }

  #escape(): PatternNode {
    if (this.#reader.accept('b')) return { kind: 'assertion', assertion: 'boundary' };
    if (this.#reader.accept('B')) return { kind: 'assertion', assertion: 'inside' };
    return this.#set(false, readEscape(this.#reader));
  }

  #group(depth: number): PatternNode {
    if (this.#reader.peek() === '?' && this.#reader.takeMatch(/\?(?::|<[A-Za-z_]\w*>)/y) === '') {
      throw new Unreadable('Looking ahead and behind, (?= and its kin, cannot be used here.');
    }
    const node = this.#choice(depth + 1);
    if (!this.#reader.accept(')')) throw new Unreadable('A ( is not closed.');
    return node;
  }

  #repeated(part: PatternNode): PatternNode {
    const [least, most] = this.#count() ?? [1, 1];
    if (least === 1 && most === 1) return part;
    if (part.kind === 'assertion') throw new Unreadable('^, $ and \\b cannot be repeated.');
    if (least > most) throw new Unreadable('A count in { } runs backwards.');
    // Lazy or not: it decides which match is found, and here only counts whether there is one.
    this.#reader.accept('?');
    return { kind: 'repeat', part, least, most };
  }

  #count(): readonly [number, number] | undefined {
    if (this.#reader.accept('*')) return [0, Number.POSITIVE_INFINITY];
    if (this.#reader.accept('+')) return [1, Number.POSITIVE_INFINITY];
    if (this.#reader.accept('?')) return [0, 1];
    const braces = this.#reader.takeMatch(/\{\d+(?:,\d*)?\}/y);
    if (braces === '') return undefined;
    const [least = '', most] = braces.slice(1, -1).split(',');
    if (most === undefined) return [Number(least), Number(least)];
    return [Number(least), most === '' ? Number.POSITIVE_INFINITY : Number(most)];
  }

  #set(isNegated: boolean, ranges: CodeRanges): PatternNode {
    return { kind: 'set', set: new CodeSet(ranges, isNegated, this.#ignoresCase) };
  }
}
