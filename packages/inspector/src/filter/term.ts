import type { HeaderTest, NumberTest, Term, TermTest, TextTest } from './filter.ts';
import { BARE_KEY, findKey, KEYS, type Key } from './key-table.ts';
import { nearest } from './nearest.ts';
import { readNumberTest } from './number-test.ts';
import { Pattern } from './pattern/pattern.ts';
import { findState, STATES } from './state-table.ts';
import type { TermToken, Value } from './token.ts';
import { readBytes, readCloseCode, readDuration, readMilliseconds, readStatus } from './units.ts';
import { Unreadable } from './unreadable.ts';

const HEADER = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+)(?:[=:]([\s\S]*))?$/;

/** Throws an Unreadable that says what is wrong with it. */
export function readTerm(token: TermToken): Term {
  const key = findKey(token.key === '' ? BARE_KEY : token.key);
  if (key === undefined) throw new Unreadable(unknownKey(token.key));
  return { kind: 'term', key: key.name, test: readTest(key, token) };
}

function unknownKey(written: string): string {
  const names = KEYS.map(({ name }) => name);
  const guess = nearest(written, names);
  const hint =
    guess === undefined ? 'Put text with a colon in "quotes".' : `Did you mean ${guess}:?`;
  return `There is no key ${written}:. ${hint}`;
}

function readTest(key: Key, token: TermToken): TermTest {
  const { value } = token;
  if (!token.isWhole) throw new Unreadable('A " is not closed.');
  if (value.kind !== 'pattern' && value.text === '' && token.name === '') {
    throw new Unreadable(`${key.name}: needs a value right behind it.`);
  }
  if (key.takes === 'header') return readHeader(token);
  if (key.takes === 'part' || key.takes === 'whole' || key.takes === 'beginning') {
    return readText(key.takes, value);
  }
  return readWord(key, plainText(key, value));
}

function readText(kind: 'part' | 'whole' | 'beginning', value: Value): TextTest {
  if (value.kind !== 'pattern') return { kind, text: value.text };
  return { kind: 'pattern', pattern: new Pattern(value.source, value.ignoresCase) };
}

function readHeader({ name, value }: TermToken): HeaderTest | TextTest {
  if (name !== '')
    return { kind: 'header', name: name.toLowerCase(), value: readText('part', value) };
  if (value.kind === 'pattern') return readText('part', value);
  const [, written, text] = HEADER.exec(value.text) ?? [];
  if (written === undefined) throw new Unreadable('A header is written as name or name=value.');
  const header = { kind: 'header', name: written.toLowerCase() } as const;
  return text === undefined ? header : { ...header, value: { kind: 'part', text: text.trim() } };
}

function plainText(key: Key, value: Value): string {
  if (value.kind !== 'pattern') return value.text;
  throw new Unreadable(`${key.name}: takes no regular expression.`);
}

function readWord({ takes }: Key, text: string): TermTest {
  if (takes === 'state') return readState(text);
  if (takes === 'status') return readStatusTest(text);
  if (takes === 'code') return readNumberTest(text, readCloseCode, 'a close code such as 1006');
  if (takes === 'size') return readNumberTest(text, readBytes, 'a size such as >10k');
  if (takes === 'duration') return readNumberTest(text, readDuration, 'a duration such as >500ms');
  return readAge(text);
}

function readState(text: string): TermTest {
  const state = findState(text);
  if (state !== undefined) return { kind: 'state', state: state.name };
  const names = STATES.map(({ name }) => name);
  const guess = nearest(text, names);
  const hint = guess === undefined ? `There are ${names.join(', ')}.` : `Did you mean ${guess}?`;
  throw new Unreadable(`is:${text} is not known. ${hint}`);
}

/** `4xx` and `40x` too. */
function readStatusTest(text: string): NumberTest {
  const [, digits] = /^([1-9]\d?)x{1,2}$/i.exec(text) ?? [];
  if (digits === undefined || text.length !== 3) {
    return readNumberTest(text, readStatus, 'a status such as 404, 4xx or >=500');
  }
  const [from, to] = [digits.padEnd(3, '0'), digits.padEnd(3, '9')];
  return { kind: 'range', from: Number(from), to: Number(to) };
}

/** At most that long ago, in milliseconds. */
function readAge(text: string): NumberTest {
  const number = readMilliseconds(text);
  if (number === undefined) throw new Unreadable(`"${text}" is not a time such as 5m or 1h.`);
  return { kind: 'compare', operator: '<=', number };
}
