import { type Chip, type ParsedFilter, parseFilter, quoted } from '@sellia/inspector/browser';

/** A button that puts a term into the filter. */
export interface QuickFilter {
  readonly label: string;
  readonly term: string;
  /** Those of one kind take each other's place. */
  readonly kind: string;
}

export const QUICK_FILTERS: readonly QuickFilter[] = [
  { label: 'HTTP', term: '-is:ws', kind: 'protocol' },
  { label: 'WebSocket', term: 'is:ws', kind: 'protocol' },
  { label: 'Errors', term: 'is:error', kind: 'error' },
  { label: 'Pinned', term: 'is:pinned', kind: 'pinned' },
];

/** Whether all that is shown must fulfil that term. */
export function hasTerm({ chips }: ParsedFilter, term: string): boolean {
  return chips.some(({ text }) => text === term);
}

/** The text with that term; what was there is put in parentheses where OR would take the term in. */
export function addTerm(text: string, term: string): string {
  const rest = text.trim();
  if (rest === '') return term;
  return parseFilter(rest).filter.kind === 'or' ? `(${rest}) ${term}` : `${rest} ${term}`;
}

/** The text without that stretch. */
export function removeChip(text: string, { start, end }: Pick<Chip, 'start' | 'end'>): string {
  return [text.slice(0, start).trim(), text.slice(end).trim()]
    .filter((part) => part !== '')
    .join(' ');
}

/** ... without that term, wherever it is one by itself. */
export function removeTerm(text: string, term: string): string {
  const chip = parseFilter(text).chips.findLast((each) => each.text === term);
  return chip === undefined ? text : removeTerm(removeChip(text, chip), term);
}

/** Puts the term of a button in, or takes it out. */
export function toggleQuick(text: string, { term, kind }: QuickFilter): string {
  if (hasTerm(parseFilter(text), term)) return removeTerm(text, term);
  const others = QUICK_FILTERS.filter((each) => each.kind === kind && each.term !== term);
  return addTerm(
    others.reduce((rest, other) => removeTerm(rest, other.term), text),
    term,
  );
}

/** Puts a term in, or takes it out. */
export function toggleTerm(text: string, term: string): string {
  return hasTerm(parseFilter(text), term) ? removeTerm(text, term) : addTerm(text, term);
}

/** What lets through what has that tag. */
export function tagTerm(tag: string): string {
  return `tag:${quoted(tag)}`;
}

/** Takes the terms of all buttons out. */
export function removeQuick(text: string): string {
  return QUICK_FILTERS.reduce((rest, { term }) => removeTerm(rest, term), text);
}

/** What lets one tunnel through: its name, or the whole of it where it is a part of others. */
export function tunnelTerm(name: string, all: readonly string[]): string {
  const isPart = all.some((other) => other !== name && other.includes(name));
  if (!isPart || !/^[\w-]+$/.test(name)) return `tunnel:${quoted(name)}`;
  return `tunnel:/^${name}$/`;
}

/** The text for that tunnel alone, in place of another one; undefined: for all. */
export function chooseTunnel(
  text: string,
  name: string | undefined,
  all: readonly string[],
): string {
  const rest = all.reduce((left, each) => removeTerm(left, tunnelTerm(each, all)), text);
  return name === undefined ? rest : addTerm(rest, tunnelTerm(name, all));
}
