/**
 * Every bound and wait of the client, with its reason. Milliseconds and bytes. What the wire
 * itself bounds (frames, windows, streams) is in `@sellia/protocol`.
 */
export interface ClientLimits {
  /** TCP, TLS and the WebSocket upgrade to the relay. */
  readonly dialTimeoutMs: number;
  /** From the open session to `tunnel.ready`. */
  readonly readyTimeoutMs: number;
  /** Requests that wait for an upstream that refuses connections; the next get 502 at once. */
  readonly upstreamWaits: number;
  /** While requests wait for it, the upstream is tried first after this, then after twice as long ... */
  readonly upstreamRetryMs: number;
  /** ... and so on up to this. */
  readonly upstreamRetryCapMs: number;
  /** TCP (and TLS) to the upstream: it is near, so ten seconds without an answer are a failure. */
  readonly connectTimeoutMs: number;
  /** From the sent request to the response head. Nothing limits the body after it. */
  readonly headTimeoutMs: number;
  /** Response head, as Node's own default; the wire takes four times as much. */
  readonly headMax: number;
  /**
   * How long an unused connection to the upstream is kept: below the five seconds after which a
   * Node server closes it, so that a request seldom meets a closing connection.
   */
  readonly idleSocketMs: number;
  /**
   * Connections to the upstream at once. High, since each open event stream holds one and a
   * request that waits for a free one may wait for ever; the rest wait for the head timeout.
   */
  readonly upstreamSockets: number;
  /** Unused connections kept at once; what a burst opened beyond them closes after its response. */
  readonly idleSockets: number;
  /**
   * After a failed write to the upstream: how long its answer may still take to be read. It has
   * been sent already when a server refuses an upload and closes.
   */
  readonly earlyAnswerMs: number;
  /** Default of `close`: how long running exchanges may take to finish. */
  readonly drainMs: number;
  /** Streams outlive the link to the relay for so long, and no longer than the relay allows. */
  readonly resumeGraceMs: number;
  /** The wait before dialing again is up to this long at first, then up to the time since the loss ... */
  readonly reconnectBaseMs: number;
  /** ... and never longer than this, unless the relay asks for more. */
  readonly reconnectCapMs: number;
  /** A link that has lasted so long was a good one: when it is lost, waiting begins anew. */
  readonly stableMs: number;
  /** Streams open at once that the client takes; the relay answers 503 to the next. */
  readonly maxStreams: number;
}

export const DEFAULT_LIMITS: ClientLimits = {
  dialTimeoutMs: 10_000,
  readyTimeoutMs: 10_000,
  upstreamWaits: 1_000,
  upstreamRetryMs: 100,
  upstreamRetryCapMs: 500,
  connectTimeoutMs: 10_000,
  headTimeoutMs: 60_000,
  headMax: 16 * 1024,
  idleSocketMs: 4_000,
  upstreamSockets: 4_096,
  idleSockets: 256,
  earlyAnswerMs: 1_000,
  drainMs: 10_000,
  resumeGraceMs: 60 * 60_000,
  reconnectBaseMs: 500,
  reconnectCapMs: 30_000,
  stableMs: 1_000,
  maxStreams: 10_000,
};
