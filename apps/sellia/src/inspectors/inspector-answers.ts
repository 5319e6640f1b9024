import type { ExchangeRow } from '@sellia/inspector/browser';

export type BodySide = 'request' | 'response';

/** What the filter did not understand, and where: offsets into its text. */
export interface FilterProblem {
  readonly start: number;
  readonly end: number;
  readonly message: string;
}

export interface Listing {
  /** The newest first. */
  readonly exchanges: readonly ExchangeRow[];
  /** Name it as `since` to a live socket. */
  readonly version: number;
  /** There may be more: ask with this as `before`. */
  readonly next?: number;
  readonly problems: readonly FilterProblem[];
}

export interface ListingQuery {
  readonly filter: string;
  readonly limit: number;
  readonly before?: number;
  readonly after?: number;
}

/** What is to be another than in the original. */
export interface ReplayRequest {
  readonly method?: string;
  readonly target?: string;
  readonly headers?: readonly string[];
  readonly bodyBase64?: string;
  readonly tunnel?: string;
}
