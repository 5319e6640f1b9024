/** Longest summary, in UTF-16 units. */
export const SUMMARY_MAX = 200;
/** What is looked at for one; white space shrinks. */
const LOOKED_AT = 4 * SUMMARY_MAX;
/** White space, control characters, and those that turn the direction of what follows. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not reach a line
const NOT_SHOWN = /[\s\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]+/g;

/** The beginning of a text as one line of at most 200 characters. */
export function oneLine(text: string): string {
  const line = text.slice(0, LOOKED_AT).replaceAll(NOT_SHOWN, ' ').trim();
  const isCut = line.length > SUMMARY_MAX || text.length > LOOKED_AT;
  if (!isCut) return line.toWellFormed();
  return `${line.slice(0, SUMMARY_MAX - 1).toWellFormed()}…`;
}
