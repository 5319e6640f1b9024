/** What is known of a tunnel beyond its exchanges: types alone. Times of day are Unix milliseconds. */

/** The connection to the relay was lost, or another took its place. */
export interface Outage {
  readonly at: number;
  /** Milliseconds until the tunnel was public again; -1 while it is not, 0 where it never was not. */
  readonly awayMs: number;
  /** Attempts to come back, the one included that did. */
  readonly attempts: number;
  /** Why: a code of docs/errors.md and its sentence. */
  readonly code: string;
  readonly reason: string;
}

/** Round trips to the relay of the last ten minutes, in milliseconds; -1 while unknown. */
export interface RoundTripFacts {
  readonly nowMs: number;
  readonly minMs: number;
  readonly p95Ms: number;
  /** One each second of the last minute, the newest last; -1 where the tunnel was not public. */
  readonly samples: readonly number[];
}

/** What went through a tunnel in a stretch of time. */
export interface TrafficFigures {
  /** Milliseconds that it covers: less than its name says while the tunnel is young. */
  readonly overMs: number;
  /** Exchanges that began. */
  readonly requests: number;
  /** Answered with 500 and above, or failed. */
  readonly errors: number;
  /** Answered by the relay alone. */
  readonly refused: number;
  readonly perSecond: number;
  /** Milliseconds to the end of exchanges that ended well, upgraded ones left out; -1 without one. */
  readonly p50Ms: number;
  readonly p90Ms: number;
  readonly p99Ms: number;
  /** Of bodies, and of upgraded connections. */
  readonly requestBytes: number;
  readonly responseBytes: number;
}

/** Each of the last 60 seconds, the one that runs last. */
export interface TrafficSeconds {
  readonly requests: readonly number[];
  readonly requestBytes: readonly number[];
  readonly responseBytes: readonly number[];
}

/** Whether the upstream is there, by what became of the last request that it had. */
export interface UpstreamHealth {
  readonly state: 'unknown' | 'answers' | 'refuses' | 'fails';
  /** Since when it is so; 0 while unknown. */
  readonly since: number;
  readonly lastAnswerAt: number;
  /** Of the last failure, while it does not answer; empty otherwise. */
  readonly code: string;
  readonly reason: string;
}
