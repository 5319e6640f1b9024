import type { Chip, ParsedFilter, Problem } from './filter.ts';
import { FilterParser } from './filter-parser.ts';
import { FILTER_LENGTH_MAX } from './limits.ts';
import { needsOf } from './needs.ts';
import { scan } from './scan.ts';

/** Reads a filter. Never throws: what is wrong is left out, and told as a problem. */
export function parseFilter(text: string): ParsedFilter {
  const kept = text.slice(0, cutAt(text));
  const parser = new FilterParser(kept, scan(kept));
  const filter = parser.parse();
  const problems = [...parser.problems].sort((one, other) => one.start - other.start);
  if (kept.length < text.length) problems.push(tooLong(kept.length, text.length));
  const chips = parser.isJoined ? oneChip(kept) : parser.chips;
  return { filter, problems, needs: needsOf(filter), chips };
}

/** Behind the last blank that is within bounds, so that no term is cut in two. */
function cutAt(text: string): number {
  if (text.length <= FILTER_LENGTH_MAX) return text.length;
  let end = FILTER_LENGTH_MAX;
  while (end > 0 && !/\s/.test(text.charAt(end - 1))) end -= 1;
  return end;
}

function tooLong(start: number, end: number): Problem {
  return { start, end, message: `A filter has at most ${FILTER_LENGTH_MAX} characters.` };
}

function oneChip(text: string): readonly Chip[] {
  const start = text.length - text.trimStart().length;
  const end = text.trimEnd().length;
  return [{ start, end, text: text.slice(start, end) }];
}
