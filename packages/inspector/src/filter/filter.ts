import type { ExchangeRow } from '../exchange/row.ts';
import type { KeyName, Needs } from './key-table.ts';
import type { Pattern } from './pattern/pattern.ts';
import type { StateName } from './state-table.ts';

/** What a text must be. Case counts only in a pattern without the flag `i`. */
export type TextTest =
  | { readonly kind: 'part' | 'whole' | 'beginning'; readonly text: string }
  | { readonly kind: 'pattern'; readonly pattern: Pattern };

export type Operator = '=' | '>' | '>=' | '<' | '<=';

/** What a number must be. Of `range` both ends belong to it. */
export type NumberTest =
  | { readonly kind: 'compare'; readonly operator: Operator; readonly number: number }
  | { readonly kind: 'range'; readonly from: number; readonly to: number };

/** `name` in lower case; without `value` it only has to be there. */
export interface HeaderTest {
  readonly kind: 'header';
  readonly name: string;
  readonly value?: TextTest;
}

/** `pattern` sees each line as `Name: value`. */
export type TermTest =
  | TextTest
  | NumberTest
  | HeaderTest
  | { readonly kind: 'state'; readonly state: StateName };

/** One `key:value`; a bare word has the key `url`. Milliseconds and bytes. */
export interface Term {
  readonly kind: 'term';
  readonly key: KeyName;
  readonly test: TermTest;
}

/** What is asked of an exchange, as a tree. Empty `and` matches everything. */
export type Filter =
  | Term
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Filter[] }
  | { readonly kind: 'not'; readonly part: Filter };

export const EVERYTHING: Filter = { kind: 'and', parts: [] };

/** What a filter may ask of an exchange. */
export interface FilterSubject {
  readonly row: ExchangeRow;
  /** Unix time in milliseconds. */
  readonly now: number;
  /** Name, value, name, value, …; only asked where the filter needs headers. */
  headers(side: 'request' | 'response'): readonly string[];
  /** Decoded text, empty where there is none; only asked where the filter needs bodies. */
  body(side: 'request' | 'response'): string;
}

/** A stretch of the text of a filter, `end` not in it. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** What is wrong with a stretch of the text; a sentence for whoever wrote it. */
export interface Problem extends Span {
  readonly message: string;
}

/** A stretch that can be taken out as a whole; a blank has to take its place. */
export interface Chip extends Span {
  readonly text: string;
}

export interface ParsedFilter {
  /** Of what was right in the text. */
  readonly filter: Filter;
  readonly problems: readonly Problem[];
  readonly needs: Needs;
  /** In order: what an exchange has to fulfil, one by one; a single one when OR joins them. */
  readonly chips: readonly Chip[];
}
