import type { Filter, NumberTest, Term, TextTest } from './filter.ts';
import { BARE_KEY, type KeyName } from './key-table.ts';

/** Text that `parseFilter` reads as a filter with the same meaning. */
export function printFilter(given: Filter): string {
  const filter = undoubled(given);
  if (filter.kind === 'term') return printTerm(filter);
  if (filter.kind === 'not') return `-${printPart(filter.part)}`;
  return filter.parts.map(printPart).join(filter.kind === 'or' ? ' OR ' : ' ');
}

function printPart(given: Filter): string {
  const part = undoubled(given);
  const isGroup = part.kind === 'and' || part.kind === 'or';
  return isGroup ? `(${printFilter(part)})` : printFilter(part);
}

/** Two signs in a row are read as none. */
function undoubled(filter: Filter): Filter {
  if (filter.kind !== 'not' || filter.part.kind !== 'not') return filter;
  return undoubled(filter.part.part);
}

function printTerm({ key, test }: Term): string {
  if (test.kind === 'state') return `${key}:${test.state}`;
  if (test.kind === 'compare' || test.kind === 'range') return `${key}:${printNumber(key, test)}`;
  if (test.kind === 'header') {
    return `${key}:${test.name}${test.value === undefined ? '' : `=${printText(test.value)}`}`;
  }
  return key === BARE_KEY ? printText(test) : `${key}:${printText(test)}`;
}

function printText(test: TextTest): string {
  if (test.kind !== 'pattern') return quoted(test.text);
  return `/${test.pattern.source}/${test.pattern.ignoresCase ? 'i' : ''}`;
}

/** Between quotes where it would not be read as itself, as the value of a key. */
export function quoted(text: string): string {
  if (/^[\w.][\w./*+-]*$/.test(text) && text !== 'OR' && text !== 'AND') return text;
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

function printNumber(key: KeyName, test: NumberTest): string {
  const unit = key === 'dur' || key === 'since' ? 'ms' : '';
  if (test.kind === 'range') return `${test.from}${unit}..${test.to}${unit}`;
  const operator = key === 'since' || test.operator === '=' ? '' : test.operator;
  return `${operator}${test.number}${unit}`;
}
