import { elapsedMs } from './elapsed.ts';
import type { Filter, FilterSubject, NumberTest, Term, TextTest } from './filter.ts';
import { holdsHeaders } from './header-lines.ts';
import type { KeyName } from './key-table.ts';
import { PATTERN_BODY_MAX, PATTERN_LINE_MAX, SEARCHED_BODY_MAX } from './limits.ts';
import { holdsNumber } from './number-test.ts';
import { findState } from './state-table.ts';
import { holdsText } from './text-test.ts';
import { hostOf, pathOf, queryOf, urlOf } from './url-parts.ts';
import { TYPE_ALIASES } from './value-table.ts';

type Side = 'request' | 'response';

/** Whether `subject` is what `filter` asks for. Asks for headers and bodies only where terms need them. */
export function matches(filter: Filter, subject: FilterSubject): boolean {
  if (filter.kind === 'term') return holdsTerm(filter, subject);
  if (filter.kind === 'not') return !matches(filter.part, subject);
  if (filter.kind === 'and') return filter.parts.every((part) => matches(part, subject));
  return filter.parts.some((part) => matches(part, subject));
}

function holdsTerm({ key, test }: Term, subject: FilterSubject): boolean {
  if (test.kind === 'state') {
    return findState(test.state)?.holds(subject.row, subject.now) ?? false;
  }
  if (test.kind === 'compare' || test.kind === 'range') return holdsQuantity(key, test, subject);
  const headerSides = HEADER_SIDES[key];
  if (headerSides !== undefined) {
    return headerSides.some((side) => holdsHeaders(test, subject.headers(side)));
  }
  return test.kind !== 'header' && holdsTextOf(key, test, subject);
}

const HEADER_SIDES: Partial<Record<KeyName, readonly Side[]>> = {
  header: ['request', 'response'],
  reqheader: ['request'],
  resheader: ['response'],
};

const BODY_SIDES: Partial<Record<KeyName, readonly Side[]>> = {
  body: ['request', 'response'],
  reqbody: ['request'],
  resbody: ['response'],
};

function holdsTextOf(key: KeyName, test: TextTest, subject: FilterSubject): boolean {
  const { row } = subject;
  const bodySides = BODY_SIDES[key];
  if (bodySides !== undefined) return bodySides.some((side) => holdsBody(test, subject.body(side)));
  if (key === 'type') return holdsType(test, row.requestType) || holdsType(test, row.responseType);
  const texts = key === 'tag' ? (row.tags ?? []) : [textOf(key, subject)];
  return texts.some((text) => holdsText(test, text, PATTERN_LINE_MAX));
}

function holdsBody(test: TextTest, text: string): boolean {
  return holdsText(test, text.slice(0, SEARCHED_BODY_MAX), PATTERN_BODY_MAX);
}

function holdsType(test: TextTest, type: string): boolean {
  const parts = test.kind === 'part' ? TYPE_ALIASES.get(test.text.toLowerCase()) : undefined;
  if (parts === undefined) return holdsText(test, type, PATTERN_LINE_MAX);
  return parts.some((part) => type.includes(part));
}

function textOf(key: KeyName, { row }: FilterSubject): string {
  if (key === 'method') return row.method;
  if (key === 'path') return pathOf(row);
  if (key === 'host') return hostOf(row);
  if (key === 'query') return queryOf(row);
  if (key === 'ip') return row.visitor;
  return key === 'tunnel' ? row.tunnel : urlOf(row);
}

function holdsQuantity(key: KeyName, test: NumberTest, subject: FilterSubject): boolean {
  const number = quantityOf(key, subject);
  return number !== undefined && holdsNumber(test, number);
}

/** Undefined for what there is not (yet): no test holds for it. */
function quantityOf(key: KeyName, { row, now }: FilterSubject): number | undefined {
  if (key === 'status') return row.status === 0 ? undefined : row.status;
  if (key === 'size') return row.responseBytes;
  if (key === 'dur') return elapsedMs(row, now);
  if (key === 'since') return now - row.startedAt;
  return row.socket?.close?.code;
}
