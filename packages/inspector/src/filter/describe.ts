import type { Filter, HeaderTest, NumberTest, Operator, Term, TextTest } from './filter.ts';
import { findKey, type KeyName } from './key-table.ts';
import { bytesText, millisecondsText } from './quantity-text.ts';
import { findState } from './state-table.ts';

/** What `filter` shows, in English: `status is 500 or more, and the path contains "api"`. */
export function describe(filter: Filter): string {
  if (filter.kind === 'term') return describeTerm(filter, false);
  if (filter.kind === 'not') return describeNot(filter.part);
  if (filter.parts.length === 0) return 'everything';
  return filter.parts.map(describePart).join(filter.kind === 'or' ? ', or ' : ', and ');
}

function describeNot(part: Filter): string {
  if (part.kind === 'term') return describeTerm(part, true);
  return part.kind === 'not' ? describe(part.part) : `not (${describe(part)})`;
}

function describePart(part: Filter): string {
  const isGroup = part.kind === 'and' || part.kind === 'or';
  return isGroup ? `(${describe(part)})` : describe(part);
}

function describeTerm({ key, test }: Term, isNegated: boolean): string {
  const subject = findKey(key)?.subject ?? key;
  if (test.kind === 'state') return `it ${stateText(test.state, isNegated)}`;
  if (test.kind === 'header') return headerText(subject, test, isNegated);
  if (test.kind !== 'compare' && test.kind !== 'range') return textSentence(key, test, isNegated);
  if (key === 'since') return ageText(test, isNegated);
  return `${subject} ${isNegated ? 'is not' : 'is'} ${numberText(key, test)}`;
}

function textSentence(key: KeyName, test: TextTest, isNegated: boolean): string {
  const subject = findKey(key)?.subject ?? key;
  // Of several, "a body does not contain" would hold too easily.
  if (isNegated && subject.startsWith('a ')) {
    return textSentence(key, test, false).replace(/^a /, 'no ');
  }
  // Short names such as js are not parts of what they stand for.
  const isNamed = key === 'type' && test.kind === 'part';
  const isMethod = key === 'method' && test.kind === 'whole';
  const text = isMethod ? test.text.toUpperCase() : textText(test);
  return `${subject} ${isNamed ? 'is' : textVerb(test, isNegated)} ${text}`;
}

function stateText(name: Parameters<typeof findState>[0], isNegated: boolean): string {
  const state = findState(name);
  return (isNegated ? state?.negated : state?.predicate) ?? name;
}

function headerText(subject: string, { name, value }: HeaderTest, isNegated: boolean): string {
  const there = isNegated ? 'there is no' : 'there is';
  const header = `${there} ${subject.replace(/^an? /, isNegated ? '' : '$&')} ${name}`;
  return value === undefined
    ? header
    : `${header} that ${textVerb(value, false)} ${textText(value)}`;
}

function textVerb(test: TextTest, isNegated: boolean): string {
  if (test.kind === 'whole') return isNegated ? 'is not' : 'is';
  const verbs = { part: 'contain', beginning: 'begin', pattern: 'match' } as const;
  const endings = { contain: 's', begin: 's', match: 'es' } as const;
  const verb = verbs[test.kind];
  const preposition = verb === 'begin' ? ' with' : '';
  return `${isNegated ? `does not ${verb}` : `${verb}${endings[verb]}`}${preposition}`;
}

function textText(test: TextTest): string {
  if (test.kind !== 'pattern') return JSON.stringify(test.text);
  return `/${test.pattern.source}/${test.pattern.ignoresCase ? 'i' : ''}`;
}

function ageText(test: NumberTest, isNegated: boolean): string {
  const age = test.kind === 'compare' ? millisecondsText(test.number) : '';
  return isNegated ? `it began more than ${age} ago` : `it began in the last ${age}`;
}

function numberText(key: KeyName, test: NumberTest): string {
  const say = UNITS[key] ?? String;
  if (test.kind === 'range') return `between ${say(test.from)} and ${say(test.to)}`;
  const [before, after] = COMPARISONS[test.operator];
  return `${before}${say(test.number)}${after}`;
}

const UNITS: Partial<Record<KeyName, (number: number) => string>> = {
  size: bytesText,
  dur: millisecondsText,
};

const COMPARISONS: Readonly<Record<Operator, readonly [string, string]>> = {
  '=': ['', ''],
  '>': ['more than ', ''],
  '>=': ['', ' or more'],
  '<': ['less than ', ''],
  '<=': ['', ' or less'],
};
