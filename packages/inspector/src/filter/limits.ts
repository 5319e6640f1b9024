/** What bounds the filter language. A filter may come with a link, so a stranger may have written it. */

/** Characters of a filter; what a person types has a tenth of it. */
export const FILTER_LENGTH_MAX = 2_000;

/** Terms of a filter; each costs time on each row. */
export const TERMS_MAX = 100;

/** Parentheses inside parentheses; bounds the recursion of parsing and matching. */
export const DEPTH_MAX = 20;

/** Characters between the slashes of a regular expression. */
export const PATTERN_LENGTH_MAX = 200;

/** Groups inside groups of a regular expression; bounds the recursion of reading it. */
export const PATTERN_DEPTH_MAX = 20;

/** Steps of a regular expression after its counts are written out: each costs time on each character. */
export const PATTERN_STEPS_MAX = 256;

/** Remembered moves of one regular expression: about 1 MiB. Past it, moves are worked out anew. */
export const PATTERN_MOVES_MAX = 10_000;

/** Characters of a URL or of one header line that a regular expression looks at. */
export const PATTERN_LINE_MAX = 16 * 1024;

/** Characters of a body that a regular expression looks at. */
export const PATTERN_BODY_MAX = 256 * 1024;

/** Characters of a body that are searched for plain text. */
export const SEARCHED_BODY_MAX = 4 * 1024 * 1024;

/** Suggestions at a time: what a list shows without scrolling. */
export const SUGGESTIONS_MAX = 12;

/** An HTTP exchange that took this long, in milliseconds, is slow. */
export const SLOW_MS = 1_000;

/** A response of as many bytes is large. */
export const LARGE_BYTES = 1024 * 1024;
