import { FILTER_LENGTH_MAX, parseFilter } from '@sellia/inspector/browser';
import { setPrefs, usePrefs } from '../prefs/prefs.ts';

/** The newest stay. */
const RECENT_MAX = 10;
const SAVED_MAX = 30;

/** What was looked for goes to the top of the recent ones, if all of it was understood. */
export function rememberFilter(text: string): void {
  const filter = text.trim();
  if (filter === '' || filter.length > FILTER_LENGTH_MAX) return;
  if (parseFilter(filter).problems.length > 0) return;
  const { recentFilters } = usePrefs.getState();
  if (recentFilters[0] === filter) return;
  setPrefs({ recentFilters: toTop(recentFilters, filter).slice(0, RECENT_MAX) });
}

/** Saves a filter, or forgets it. */
export function toggleSaved(text: string): void {
  const filter = text.trim();
  const { savedFilters } = usePrefs.getState();
  const isSaved = savedFilters.includes(filter);
  const rest = savedFilters.filter((each) => each !== filter);
  setPrefs({ savedFilters: isSaved ? rest : [filter, ...rest].slice(0, SAVED_MAX) });
}

function toTop(filters: readonly string[], filter: string): string[] {
  return [filter, ...filters.filter((each) => each !== filter)];
}
