import type { NumberTest, Operator } from './filter.ts';
import { Unreadable } from './unreadable.ts';

/** Reads one number with its unit; undefined for what is none. */
export type ReadNumber = (text: string) => number | undefined;

const OPERATORS: readonly Operator[] = ['>=', '<=', '>', '<', '='];

/**
 * Reads `>=500`, `200..299` or `404`. `expected` ends the sentence that the thrown Unreadable says.
 */
export function readNumberTest(text: string, read: ReadNumber, expected: string): NumberTest {
  const middle = text.indexOf('..');
  if (middle >= 0) return readRange(text, middle, read, expected);
  const operator = OPERATORS.find((each) => text.startsWith(each));
  const number = read(text.slice(operator?.length ?? 0));
  if (number === undefined) throw new Unreadable(`"${text}" is not ${expected}.`);
  return { kind: 'compare', operator: operator ?? '=', number };
}

function readRange(text: string, middle: number, read: ReadNumber, expected: string): NumberTest {
  const from = read(text.slice(0, middle));
  const to = read(text.slice(middle + 2));
  if (from === undefined || to === undefined) {
    throw new Unreadable(`"${text}" is not ${expected}.`);
  }
  if (from > to) throw new Unreadable(`${text} runs backwards.`);
  return { kind: 'range', from, to };
}

export function holdsNumber(test: NumberTest, number: number): boolean {
  if (test.kind === 'range') return number >= test.from && number <= test.to;
  if (test.operator === '=') return number === test.number;
  if (test.operator === '>') return number > test.number;
  if (test.operator === '>=') return number >= test.number;
  return test.operator === '<' ? number < test.number : number <= test.number;
}
