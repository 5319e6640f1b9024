/** The language of the filter box; pure, for the page, the server and the command line alike. */
export { describe } from './describe.ts';
export type { Chip, Filter, FilterSubject, ParsedFilter, Problem, Span, Term } from './filter.ts';
export { KEYS, type Key, type KeyName, type Needs } from './key-table.ts';
export { FILTER_LENGTH_MAX } from './limits.ts';
export { matches } from './match.ts';
export { parseFilter } from './parse.ts';
export { printFilter, quoted } from './print.ts';
export { STATES, type StateName } from './state-table.ts';
export { type SeenValues, type Suggestion, suggest } from './suggest.ts';
