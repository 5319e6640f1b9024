import { type JsonScan, scanNumber, scanString, scanWord } from './json-scan.ts';

/** Arrays and objects within one another; deeper ones are left as they are. */
export const JSON_DEPTH_MAX = 200;

/** `value` is a number or a word. `end` and `fault` are the last tokens and repeat. */
export type JsonToken =
  | '{'
  | '}'
  | '['
  | ']'
  | ','
  | ':'
  | 'key'
  | 'string'
  | 'value'
  | 'end'
  | 'fault';

type Awaited = 'value' | 'value or ]' | 'key' | 'key or }' | ':' | ', or close' | 'nothing';

const SPACE = /[ \t\r\n]*/y;

/**
 * Reads JSON (RFC 8259) token by token, in linear time and without recursion. It judges the
 * grammar and looks at no value: what a token says is the text from `start` to `end`.
 */
export class JsonReader {
  start = 0;
  end = 0;
  /** Plain words; empty until `next` gives `fault`. The fault is at `start`. */
  fault = '';
  /** The text ended before its JSON did, and was right until there. */
  isCutOff = false;
  readonly #text: string;
  /** What is open: `{` or `[`. */
  readonly #open: string[] = [];
  #awaited: Awaited = 'value';

  /** A byte order mark before `text` is passed over. */
  constructor(text: string) {
    this.#text = text;
    if (text.startsWith('\ufeff')) this.end = 1;
  }

  /** Arrays and objects that are open now. */
  get depth(): number {
    return this.#open.length;
  }

  next(): JsonToken {
    if (this.fault !== '') return 'fault';
    SPACE.lastIndex = this.end;
    SPACE.test(this.#text);
    this.start = SPACE.lastIndex;
    this.end = this.start;
    const first = this.#text[this.start];
    if (first === undefined) return this.#finish();
    if (this.#awaited === 'nothing') return this.#fail('Something follows the end of the JSON.');
    if (this.#awaited === ':') return first === ':' ? this.#take(first, 'value') : this.#misfit();
    if (this.#awaited === ', or close') return this.#separator(first);
    if (first === '}' && this.#awaited === 'key or }') return this.#close(first);
    if (first === ']' && this.#awaited === 'value or ]') return this.#close(first);
    if (this.#awaited.startsWith('key')) return first === '"' ? this.#key() : this.#misfit();
    return this.#value(first);
  }

  #separator(first: string): JsonToken {
    const isObject = this.#open.at(-1) === '{';
    if (first === ',') return this.#take(first, isObject ? 'key' : 'value');
    if (first === (isObject ? '}' : ']')) return this.#close(first as '}' | ']');
    return this.#misfit();
  }

  #value(first: string): JsonToken {
    if (first === '{' || first === '[') return this.#enter(first);
    if (first === '"') return this.#scanned('string', scanString(this.#text, this.start));
    if (/[-0-9]/.test(first)) return this.#scanned('value', scanNumber(this.#text, this.start));
    if (/[A-Za-z]/.test(first)) return this.#scanned('value', scanWord(this.#text, this.start));
    return this.#misfit();
  }

  #enter(bracket: '{' | '['): JsonToken {
    if (this.#open.length === JSON_DEPTH_MAX) {
      return this.#fail(`More than ${JSON_DEPTH_MAX} arrays and objects within one another.`);
    }
    this.#open.push(bracket);
    return this.#take(bracket, bracket === '{' ? 'key or }' : 'value or ]');
  }

  #close(bracket: '}' | ']'): JsonToken {
    this.#open.pop();
    return this.#take(bracket, this.#open.length === 0 ? 'nothing' : ', or close');
  }

  #take(token: JsonToken, awaited: Awaited): JsonToken {
    this.end = this.start + 1;
    this.#awaited = awaited;
    return token;
  }

  #key(): JsonToken {
    const token = this.#scanned('key', scanString(this.#text, this.start));
    this.#awaited = ':';
    return token;
  }

  #scanned(token: JsonToken, { end, fault, isCutOff }: JsonScan): JsonToken {
    this.#awaited = this.#open.length === 0 ? 'nothing' : ', or close';
    if (fault === '') {
      this.end = end;
      return token;
    }
    this.isCutOff = isCutOff;
    // A token that is cut off is at fault where the text ends; the reader stays before the token.
    this.end = this.start;
    this.start = end;
    this.fault = fault;
    return 'fault';
  }

  #finish(): JsonToken {
    if (this.#awaited === 'nothing') return 'end';
    this.isCutOff = true;
    const open = this.#open.at(-1);
    if (open === undefined) return this.#fail('There is no JSON: the text is empty.');
    return this.#fail(`The text ends within ${open === '{' ? 'an object' : 'an array'}.`);
  }

  #misfit(): JsonToken {
    return this.#fail(faultOf(this.#awaited, this.#open.at(-1), this.#text[this.start] ?? ''));
  }

  #fail(fault: string): JsonToken {
    this.fault = fault;
    return 'fault';
  }
}

function faultOf(awaited: Awaited, open: string | undefined, found: string): string {
  const name = found === "'" ? 'a single quote; JSON has double quotes' : nameOf(found);
  if (awaited === ':') return `Expected a colon behind the name, found ${name}.`;
  if (awaited === ', or close') {
    return `Expected a comma or ${open === '{' ? '}' : ']'}, found ${name}.`;
  }
  if (found === '/') return 'JSON has no comments.';
  const closer = awaited === 'key' ? '}' : ']';
  if (found === closer && open !== undefined && !awaited.includes('or')) {
    return `A comma stands before the closing ${closer}.`;
  }
  if (awaited.startsWith('key')) return `Expected a name in double quotes, found ${name}.`;
  return `Expected a value, found ${name}.`;
}

function nameOf(character: string): string {
  const code = character.charCodeAt(0);
  const isPlain = code > 0x20 && code < 0x7f;
  return isPlain ? `“${character}”` : `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}
