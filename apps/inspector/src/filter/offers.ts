import { type Suggestion, suggest } from '@sellia/inspector/browser';
import { seenValues } from '../traffic/seen-values.ts';
import { traffic } from '../traffic/session.ts';

/** What can be chosen below the filter: a whole filter, or a piece of one. */
export interface Offer {
  readonly label: string;
  readonly sentence: string;
  /** What the filter is then, and where one goes on writing. */
  readonly text: string;
  readonly cursor: number;
  /** There is more to say: a key wants a value. */
  readonly isOpen: boolean;
}

interface Kept {
  readonly savedFilters: readonly string[];
  readonly recentFilters: readonly string[];
}

/** In an empty field the saved and the recent filters come first. */
export function offersFor(text: string, cursor: number, kept: Kept): readonly Offer[] {
  const suggestions = suggest(text, cursor, seenValues(traffic.traffic().rows));
  const offers = suggestions.map((each) => suggestedOffer(text, each));
  if (text.trim() !== '') return offers;
  const { savedFilters, recentFilters } = kept;
  const recent = recentFilters.filter((each) => !savedFilters.includes(each));
  return [
    ...savedFilters.map((filter) => wholeOffer(filter, 'Saved filter')),
    ...recent.map((filter) => wholeOffer(filter, 'Recent filter')),
    ...offers,
  ];
}

function wholeOffer(filter: string, sentence: string): Offer {
  return { label: filter, sentence, text: filter, cursor: filter.length, isOpen: false };
}

function suggestedOffer(text: string, { start, end, insert, label, sentence }: Suggestion): Offer {
  const isOpen = insert.endsWith(':');
  const rest = text.slice(end);
  // A value is whole: the next word begins behind a blank.
  const blank = isOpen || rest.startsWith(' ') ? '' : ' ';
  const before = `${text.slice(0, start)}${insert}${blank}`;
  return { label, sentence, text: `${before}${rest}`, cursor: before.length, isOpen };
}
