import type { Span } from './filter.ts';
import { findKey, KEYS, type Key, type KeyName } from './key-table.ts';
import { FILTER_LENGTH_MAX, SUGGESTIONS_MAX } from './limits.ts';
import { quoted } from './print.ts';
import { scan } from './scan.ts';
import { STATES } from './state-table.ts';
import { KNOWN_VALUES, type KnownValue } from './value-table.ts';

/** What may stand in place of `[start, end)` of the text. */
export interface Suggestion extends Span {
  readonly insert: string;
  /** To show in the list: `status:`, `4xx`. */
  readonly label: string;
  /** What it means, for people. */
  readonly sentence: string;
}

/** Values that the caller has seen, such as the names of its tunnels; they come first. */
export type SeenValues = Partial<Readonly<Record<KeyName, readonly string[]>>>;

type Offer = Omit<Suggestion, keyof Span>;

/** Letters of a bare word from which on whole terms are offered: `pend` for `is:pending`. */
const WORD_LENGTH_MIN = 2;

/** What could be meant at `cursor`: keys, then the values of a key. At most 12; never throws. */
export function suggest(
  text: string,
  cursor: number,
  seen: SeenValues = {},
): readonly Suggestion[] {
  const span = wordAt(text, cursor);
  if (span === undefined) return [];
  const word = text.slice(span.start, cursor);
  const colon = word.indexOf(':');
  const offers = colon < 0 ? offerKeys(word, seen) : offerValues(word, colon, seen);
  return offers
    .filter(({ insert }) => insert !== text.slice(span.start, span.end))
    .slice(0, SUGGESTIONS_MAX)
    .map((offer) => ({ ...offer, ...span }));
}

/** Where the word with the cursor in it stands; undefined in quotes, in a pattern, before a word. */
function wordAt(text: string, cursor: number): Span | undefined {
  if (text.length > FILTER_LENGTH_MAX || !(cursor >= 0 && cursor <= text.length)) return undefined;
  const touched = scan(text).filter(({ start, end }) => start <= cursor && cursor <= end);
  const within = touched.find((token) => token.kind === 'term');
  if (within === undefined) {
    // OR and AND may be the beginning of a word.
    const word = touched.find(({ kind }) => kind === 'or' || kind === 'and');
    return word ?? { start: cursor, end: cursor };
  }
  if (within.start === cursor || within.value.kind !== 'plain') return undefined;
  return { start: within.start, end: within.end };
}

function offerKeys(word: string, seen: SeenValues): readonly Offer[] {
  const lower = word.toLowerCase();
  const keys = KEYS.filter(({ name }) => name.startsWith(lower)).map(keyOffer);
  if (word.length < WORD_LENGTH_MIN) return keys;
  const terms = KEYS.flatMap((key) => {
    const known = knownValues(key, seen).filter(({ value }) => begins(value, lower));
    return known.map((each) => valueOffer(key, each, `${key.name}:${each.value}`));
  });
  return [...keys, ...terms];
}

function offerValues(word: string, colon: number, seen: SeenValues): readonly Offer[] {
  const key = findKey(word.slice(0, colon));
  if (key === undefined) return [];
  const lower = word.slice(colon + 1).toLowerCase();
  return knownValues(key, seen)
    .filter(({ value }) => begins(value, lower))
    .map((each) => valueOffer(key, each, each.value));
}

function begins(value: string, lower: string): boolean {
  return value.toLowerCase().startsWith(lower);
}

function knownValues(key: Key, seen: SeenValues): readonly KnownValue[] {
  const sentence = `Seen in ${key.subject}`;
  const own = (seen[key.name] ?? []).map((value) => ({ value, sentence }));
  if (key.takes === 'state') return STATES.map(({ name, sentence }) => ({ value: name, sentence }));
  return [...own, ...(KNOWN_VALUES[key.name] ?? [])];
}

function keyOffer({ name, sentence }: Key): Offer {
  return { insert: `${name}:`, label: `${name}:`, sentence };
}

function valueOffer(key: Key, { value, sentence }: KnownValue, label: string): Offer {
  const isText = key.takes === 'part' || key.takes === 'whole' || key.takes === 'beginning';
  return { insert: `${key.name}:${isText ? quoted(value) : value}`, label, sentence };
}
