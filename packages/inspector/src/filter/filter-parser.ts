import { type Chip, EVERYTHING, type Filter, type Problem, type Span } from './filter.ts';
import { findKey } from './key-table.ts';
import { DEPTH_MAX, TERMS_MAX } from './limits.ts';
import { costOf } from './needs.ts';
import { readTerm } from './term.ts';
import type { TermToken, Token } from './token.ts';
import { Unreadable } from './unreadable.ts';

/** Reads tokens: `either := all { OR all }`, `all := one { one }`, `one := { - } ( term | ( either ) )`. */
export class FilterParser {
  readonly problems: Problem[] = [];
  readonly chips: Chip[] = [];
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #at = 0;
  #terms = 0;
  #isJoined = false;

  constructor(text: string, tokens: readonly Token[]) {
    this.#text = text;
    this.#tokens = tokens;
  }

  parse(): Filter {
    return this.#either(0) ?? EVERYTHING;
  }

  /** By OR at the outermost level: the filter is one chip. */
  get isJoined(): boolean {
    return this.#isJoined;
  }

  #either(depth: number): Filter | undefined {
    const parts: (Filter | undefined)[] = [];
    let or: Token | undefined;
    do {
      const from = this.#at;
      parts.push(this.#all(depth));
      const isMissing = this.#at === from;
      const before = or;
      or = this.#take('or');
      const witness = before ?? or;
      if (isMissing && witness !== undefined)
        this.#complain(witness, 'OR needs a term on both sides.');
      if (depth === 0 && or !== undefined) this.#isJoined = true;
    } while (or !== undefined);
    return join('or', parts);
  }

  #all(depth: number): Filter | undefined {
    const parts: (Filter | undefined)[] = [];
    for (let token = this.#peek(); token !== undefined; token = this.#peek()) {
      if (token.kind === 'or' || (token.kind === 'close' && depth > 0)) break;
      parts.push(this.#one(token, depth));
      if (depth === 0 && token.kind !== 'and') this.chips.push(this.#chipFrom(token));
    }
    return join('and', parts);
  }

  /** `first` is the token that comes next. */
  #one(first: Token, depth: number): Filter | undefined {
    let isNegated = false;
    let token: Token | undefined = first;
    for (; token?.kind === 'minus'; token = this.#peek()) {
      this.#at += 1;
      isNegated = !isNegated;
      if (!this.#isTermNext(token.end))
        return this.#complain(token, '- needs a term right behind it.');
    }
    const part = token === undefined ? undefined : this.#plain(token, depth);
    return isNegated && part !== undefined ? { kind: 'not', part } : part;
  }

  #plain(token: Token, depth: number): Filter | undefined {
    this.#at += 1;
    if (token.kind === 'open') return this.#group(token, depth);
    if (token.kind === 'term') return this.#term(token);
    // An AND says what a blank says already.
    return token.kind === 'close' ? this.#complain(token, 'This ) has no ( before it.') : undefined;
  }

  #group(open: Token, depth: number): Filter | undefined {
    if (depth >= DEPTH_MAX) return this.#skipGroup(open);
    const from = this.#at;
    const filter = this.#either(depth + 1);
    if (this.#at === from) this.#complain(open, 'Nothing stands between these parentheses.');
    if (this.#take('close') === undefined) this.#complain(open, 'This ( is not closed.');
    return filter;
  }

  #skipGroup(open: Token): undefined {
    for (let depth = 1; depth > 0 && this.#at < this.#tokens.length; this.#at += 1) {
      const kind = this.#peek()?.kind;
      if (kind === 'open') depth += 1;
      if (kind === 'close') depth -= 1;
    }
    const end = this.#tokens[this.#at - 1]?.end ?? open.end;
    return this.#complain({ start: open.start, end }, 'Too many parentheses inside parentheses.');
  }

  #term(token: TermToken): Filter | undefined {
    this.#terms += 1;
    if (this.#terms > TERMS_MAX)
      return this.#complain(token, `A filter has at most ${TERMS_MAX} terms.`);
    if (this.#isBeingTyped(token)) return undefined;
    try {
      return readTerm(token);
    } catch (error) {
      if (error instanceof Unreadable) return this.#complain(token, error.message);
      throw error;
    }
  }

  /** `status:` at the very end: not wrong, only not there yet. */
  #isBeingTyped({ key, name, value, end }: TermToken): boolean {
    if (end < this.#text.length || findKey(key) === undefined) return false;
    return name === '' && value.kind === 'plain' && value.text === '';
  }

  #peek(): Token | undefined {
    return this.#tokens[this.#at];
  }

  #take(kind: Token['kind']): Token | undefined {
    const token = this.#peek();
    if (token?.kind !== kind) return undefined;
    this.#at += 1;
    return token;
  }

  #isTermNext(end: number): boolean {
    const next = this.#peek();
    return (
      next?.start === end && next.kind !== 'close' && next.kind !== 'or' && next.kind !== 'and'
    );
  }

  #complain({ start, end }: Span, message: string): undefined {
    this.problems.push({ start, end, message });
  }

  /** Up to the token that was read last. */
  #chipFrom({ start }: Token): Chip {
    const end = this.#tokens[this.#at - 1]?.end ?? start;
    return { start, end, text: this.#text.slice(start, end) };
  }
}

/** Dear parts last. What was left out for a problem counts for nothing. */
function join(kind: 'and' | 'or', parts: readonly (Filter | undefined)[]): Filter | undefined {
  const right = parts.filter((part) => part !== undefined);
  if (right.length < 2) return right[0];
  return { kind, parts: right.sort((one, other) => costOf(one) - costOf(other)) };
}
