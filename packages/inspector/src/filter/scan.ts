import { findKey } from './key-table.ts';
import type { TermToken, Token, Value } from './token.ts';

/** `key:`, but not the `http:` of a URL. */
const KEY = /([A-Za-z]+):(?!\/\/)/y;
const HEADER_NAME = /([!#$%&'*+.^_`|~0-9A-Za-z-]+)[=:](?=["/])/y;
const BLANKS = /\s*/y;
const WORD = /[^\s()]*/y;
/** One pass each: no two ways to read a character. */
const QUOTED = /"((?:[^"\\]|\\[\s\S])*)("?)/y;
const PATTERN = /\/((?:[^/\\[]|\\[\s\S]|\[(?:[^\]\\]|\\[\s\S])*\])+)\/(i?)(?=[\s()]|$)/y;

interface Scanned {
  readonly value: Value;
  readonly end: number;
  readonly isWhole: boolean;
}

/** The words of `text`, in order; blanks are between them. Never throws. */
export function scan(text: string): readonly Token[] {
  const tokens: Token[] = [];
  for (let at = skipBlanks(text, 0); at < text.length; ) {
    const token = scanToken(text, at);
    tokens.push(token);
    at = skipBlanks(text, token.end);
  }
  return tokens;
}

function scanToken(text: string, start: number): Token {
  const letter = text.charAt(start);
  if (letter === '(') return { kind: 'open', start, end: start + 1 };
  if (letter === ')') return { kind: 'close', start, end: start + 1 };
  if (letter === '-') return { kind: 'minus', start, end: start + 1 };
  const term = scanTerm(text, start);
  const word = text.slice(start, term.end);
  if (word === 'OR') return { kind: 'or', start, end: term.end };
  return word === 'AND' ? { kind: 'and', start, end: term.end } : term;
}

function scanTerm(text: string, start: number): TermToken {
  const key = exec(KEY, text, start)?.[1] ?? '';
  const after = start + (key === '' ? 0 : key.length + 1);
  const takesHeader = findKey(key)?.takes === 'header';
  const name = takesHeader ? (exec(HEADER_NAME, text, after)?.[1] ?? '') : '';
  const { value, end, isWhole } = scanValue(text, after + (name === '' ? 0 : name.length + 1));
  return { kind: 'term', start, end, key, name, value, isWhole };
}

function scanValue(text: string, at: number): Scanned {
  return scanQuoted(text, at) ?? scanPattern(text, at) ?? scanWord(text, at);
}

function scanQuoted(text: string, at: number): Scanned | undefined {
  const found = exec(QUOTED, text, at);
  if (found === undefined) return undefined;
  const [all, inside = '', quote] = found;
  const value: Value = { kind: 'quoted', text: inside.replace(/\\(["\\])/g, '$1') };
  return { value, end: at + all.length, isWhole: quote === '"' };
}

/** Only with a slash at its end: `/api/users` is a path. */
function scanPattern(text: string, at: number): Scanned | undefined {
  const found = exec(PATTERN, text, at);
  if (found === undefined) return undefined;
  const [all, source = '', flag] = found;
  const value: Value = { kind: 'pattern', source, ignoresCase: flag === 'i' };
  return { value, end: at + all.length, isWhole: true };
}

function scanWord(text: string, at: number): Scanned {
  const word = exec(WORD, text, at)?.[0] ?? '';
  return { value: { kind: 'plain', text: word }, end: at + word.length, isWhole: true };
}

function skipBlanks(text: string, at: number): number {
  return at + (exec(BLANKS, text, at)?.[0].length ?? 0);
}

/** What a sticky expression finds at `at`. */
function exec(expression: RegExp, text: string, at: number): RegExpExecArray | undefined {
  expression.lastIndex = at;
  return expression.exec(text) ?? undefined;
}
