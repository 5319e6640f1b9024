import { PATTERN_LENGTH_MAX, PATTERN_MOVES_MAX } from '../limits.ts';
import { Unreadable } from '../unreadable.ts';
import { isWordCode } from './code-set.ts';
import type { Assertion } from './pattern-node.ts';
import { PatternParser } from './pattern-parser.ts';
import { compile, type Program } from './program.ts';

/** What stood before: nothing, a letter of a word, or anything else. */
type Before = 'start' | 'word' | 'other';

/** Steps that the search stands at after some text, and the moves from there as far as remembered. */
interface Stand {
  readonly steps: readonly number[];
  readonly before: Before;
  readonly moves: Map<number, Stand | typeof FOUND>;
}

const FOUND = 'found';
/** In the place of a code unit behind the last. */
const END = -1;

/**
 * A regular expression in linear time: all its ways are followed at once, one pass over the text
 * (Thompson 1968), so no pattern and no text makes it backtrack. Moves are remembered as they
 * come up, which makes most characters one look-up. The syntax is JavaScript's without
 * references, looking ahead and behind; matching is by UTF-16 code unit, as without the flag `u`.
 */
export class Pattern {
  readonly source: string;
  readonly ignoresCase: boolean;
  readonly #program: Program;
  readonly #stands = new Map<string, Stand>();
  /** By step, the round in which it was last looked at, and last kept. */
  readonly #seen: Uint32Array;
  readonly #kept: Uint32Array;
  #round = 0;
  #moves = 0;

  /** Throws an Unreadable that says what is wrong with `source`. */
  constructor(source: string, ignoresCase: boolean) {
    if (source.length > PATTERN_LENGTH_MAX) {
      throw new Unreadable(`A regular expression has at most ${PATTERN_LENGTH_MAX} characters.`);
    }
    this.source = source;
    this.ignoresCase = ignoresCase;
    this.#program = compile(new PatternParser(source, ignoresCase).parse());
    this.#seen = new Uint32Array(this.#program.steps.length);
    this.#kept = new Uint32Array(this.#program.steps.length);
  }

  /** Whether it matches anywhere in `text`. Time grows with the length of both, multiplied. */
  test(text: string): boolean {
    if (this.#moves >= PATTERN_MOVES_MAX) this.#forget();
    let stand: Stand | typeof FOUND = this.#standAt([this.#program.first], 'start');
    for (let at = 0; at < text.length; at += 1) {
      stand = this.#move(stand, text.charCodeAt(at));
      if (stand === FOUND) return true;
    }
    return this.#move(stand, END) === FOUND;
  }

  #forget(): void {
    this.#stands.clear();
    this.#moves = 0;
  }

  #move(from: Stand, code: number): Stand | typeof FOUND {
    const known = from.moves.get(code);
    if (known !== undefined) return known;
    const steps = this.#advance(from, code);
    const before = isWordCode(code) ? 'word' : 'other';
    if (this.#moves >= PATTERN_MOVES_MAX) {
      return steps === FOUND ? FOUND : { steps, before, moves: NO_MOVES };
    }
    const to = steps === FOUND ? FOUND : this.#standAt(steps, before);
    from.moves.set(code, to);
    this.#moves += 1;
    return to;
  }

  #standAt(steps: number[], before: Before): Stand {
    const key = `${before}${steps.sort((one, other) => one - other).join()}`;
    const known = this.#stands.get(key);
    if (known !== undefined) return known;
    const stand: Stand = { steps, before, moves: new Map() };
    this.#stands.set(key, stand);
    return stand;
  }

  /** The steps after `code`, each once, among them the first: a match may begin anywhere. */
  #advance(from: Stand, code: number): number[] | typeof FOUND {
    const after: number[] = [];
    const open = [...from.steps];
    this.#round += 1;
    this.#keep(after, this.#program.first);
    for (let number = open.pop(); number !== undefined; number = open.pop()) {
      if (this.#seen[number] === this.#round) continue;
      this.#seen[number] = this.#round;
      const step = this.#program.steps[number];
      if (step === undefined || step.kind === 'match') return FOUND;
      if (step.kind === 'fork') open.push(...step.next);
      else if (step.kind === 'assertion') {
        if (holds(step.assertion, from.before, code)) open.push(step.next);
      } else if (code !== END && step.set.has(code)) this.#keep(after, step.next);
    }
    return after;
  }

  #keep(after: number[], number: number): void {
    if (this.#kept[number] === this.#round) return;
    this.#kept[number] = this.#round;
    after.push(number);
  }
}

/** Of stands that are not remembered; nothing is ever put in. */
const NO_MOVES: Map<number, Stand | typeof FOUND> = new Map();

function holds(assertion: Assertion, before: Before, code: number): boolean {
  if (assertion === 'start') return before === 'start';
  if (assertion === 'end') return code === END;
  return ((before === 'word') !== isWordCode(code)) === (assertion === 'boundary');
}
