import type { Span } from './filter.ts';

/** The value of a term as it was written. */
export type Value =
  | { readonly kind: 'plain' | 'quoted'; readonly text: string }
  | { readonly kind: 'pattern'; readonly source: string; readonly ignoresCase: boolean };

/** One word of the language. */
export type Token = Span &
  (
    | { readonly kind: 'open' | 'close' | 'minus' | 'or' | 'and' }
    | {
        readonly kind: 'term';
        /** As written; empty for a bare word. */
        readonly key: string;
        /** Of `header:name=value`, when the value is quoted or a pattern; empty otherwise. */
        readonly name: string;
        readonly value: Value;
        /** Its quotes have an end. */
        readonly isWhole: boolean;
      }
  );

export type TermToken = Extract<Token, { readonly kind: 'term' }>;
