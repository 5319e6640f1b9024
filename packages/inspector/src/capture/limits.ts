/** Tags of an exchange, and characters of one: what a line of the list has room for. */
export const TAGS_MAX = 8;
export const TAG_LENGTH_MAX = 24;

/** Bounds of what is kept. */
export interface CaptureLimits {
  /** Bytes of each body. */
  readonly bodyBytes: number;
  /** Bytes of all exchanges together. */
  readonly totalBytes: number;
  readonly exchanges: number;
  /** Exchanges of one tunnel that run, or wait for the relay's report. */
  readonly running: number;
  /** Ids of dropped exchanges, for readers that have not heard of it. */
  readonly droppedIds: number;
  /** Replays that an exchange names. */
  readonly replays: number;
  /** Characters of a note. */
  readonly noteLength: number;
}

export const DEFAULT_CAPTURE: CaptureLimits = {
  bodyBytes: 1024 * 1024,
  totalBytes: 64 * 1024 * 1024,
  exchanges: 20_000,
  running: 4_000,
  droppedIds: 4_000,
  replays: 100,
  noteLength: 2_000,
};
