import type { Random } from './random.ts';

/** What breaks parsers when it stands where nobody expects it. */
const SPECIAL = [
  '\r\n',
  '\r',
  '\n',
  '\0',
  ':',
  '\t',
  ' ',
  '\r\n\r\n',
  '\n\n',
  '\r\r\n',
  ';',
  ',',
  '0\r\n\r\n',
  '\x0b',
  '\x0c',
  '\xa0',
  '\xff',
  '"',
  '\\',
  '+',
  '-',
  '0x',
  '_',
  '%0d%0a',
  '\r\n ',
  '#',
  '?',
  '/',
  '@',
  '\x7f',
  '\x1b',
  'chunked',
  '0',
  '5',
];

/** What an edit does; http-garden's operators. */
type Operator = (text: string, random: Random, other: string, lines: readonly string[]) => string;

const OPERATORS: readonly Operator[] = [
  // Bytes.
  (text, random) => cut(text, random.below(text.length), 1, ''),
  (text, random) => cut(text, random.below(text.length), 1, String.fromCharCode(random.below(256))),
  (text, random) =>
    cut(text, random.below(text.length + 1), 0, String.fromCharCode(random.below(256))),
  (text, random) => cut(text, random.below(text.length + 1), 0, random.pick(SPECIAL)),
  (text, random) => cut(text, random.below(text.length), 1, random.pick(SPECIAL)),
  (text, random) => flipCase(text, random.below(text.length)),
  // Pieces.
  (text, random) => cut(text, random.below(text.length), random.below(20), ''),
  (text, random) => {
    const at = random.below(text.length);
    return cut(text, at, 0, text.slice(at, at + random.below(20)));
  },
  (text, _random, other) => text + other,
  (text) => text + text,
  (text, random, other) => text.slice(0, random.below(text.length)) + other,
  (text, random, other) => cut(text, random.below(text.length), 0, other),
  // Lines.
  (text, random, _other, lines) =>
    editLines(text, random, (all, at) => all.splice(at, 0, random.pick(lines))),
  (text, random, _other, lines) =>
    editLines(text, random, (all, at) => all.splice(at, 1, random.pick(lines))),
  (text, random) => editLines(text, random, (all, at) => all.splice(at, 1)),
  (text, random) => editLines(text, random, (all, at) => all.splice(at, 0, all[at] ?? '')),
  (text, random) => editLines(text, random, (all, at) => all.push(...all.splice(at, 1))),
];

/** One to four edits of `text`; `others` are what it may be joined with, `lines` what it may gain. */
export function mutate(
  text: string,
  random: Random,
  others: readonly string[],
  lines: readonly string[],
): string {
  let mutant = text;
  for (let edits = 1 + random.below(4); edits > 0; edits--) {
    if (mutant === '') return mutant;
    mutant = random.pick(OPERATORS)(mutant, random, random.pick(others), lines);
  }
  return mutant;
}

function cut(text: string, at: number, count: number, insert: string): string {
  return text.slice(0, at) + insert + text.slice(at + count);
}

function flipCase(text: string, at: number): string {
  const letter = text[at] as string;
  const lower = letter.toLowerCase();
  return cut(text, at, 1, lower === letter ? letter.toUpperCase() : lower);
}

function editLines(
  text: string,
  random: Random,
  edit: (lines: string[], at: number) => unknown,
): string {
  const lines = text.split('\r\n');
  edit(lines, random.below(lines.length));
  return lines.join('\r\n');
}
