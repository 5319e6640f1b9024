/** One event of a response that is a stream of events, or one line of a stream of lines. */
export interface StreamedEvent {
  /** Of its stream, from 1. */
  readonly number: number;
  /**
   * `event`: one that a page gets. `comment`, `retry`: as an event stream has them. `line`: of a stream of
   * lines. `unfinished`: the stream ended before it did.
   */
  readonly kind: 'event' | 'comment' | 'retry' | 'line' | 'unfinished';
  /** Unix milliseconds of its end. */
  readonly atMs: number;
  /** The last id, which stays until another comes; empty for lines. */
  readonly id: string;
  /** Its type (`message` without one); empty for all but events. */
  readonly event: string;
  /** Lines of `data`, the comment, the milliseconds of `retry`, or the line. Not UTF-8: U+FFFD. */
  readonly text: string;
  /** `text` is its beginning. */
  readonly isTruncated: boolean;
}

/** What is kept of a stream of events. */
export interface EventStreamFacts {
  readonly kind: 'events' | 'lines';
  /** Number of the newest one; 0 before one. */
  readonly newest: number;
  /** Older ones that were given up for newer ones. */
  readonly dropped: number;
  /** Bytes that came too fast to be read; what was in them has no numbers. */
  readonly skippedBytes: number;
  /** Why there are none; empty otherwise. */
  readonly note: string;
}
