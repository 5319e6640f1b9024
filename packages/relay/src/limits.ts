/**
 * Every bound and wait of the relay, with its reason. Milliseconds and bytes unless a name says
 * otherwise. What the wire itself bounds (frames, windows, ids) is in `@sellia/protocol`.
 */
export interface RelayLimits {
  /** Open sockets, visitors' and clients' together: below the usual 20,000 open files a process. */
  readonly connections: number;
  /**
   * Connections a second that one network (an IPv4 address, an IPv6 /64) may open; 0: no limit.
   * Trusted proxies may open any ...
   */
  readonly connectsPerSecond: number;
  /** ... after so many at once: an office behind one address, a page with many parts. */
  readonly connectBurst: number;
  /** Control sockets that have been welcomed. */
  readonly sessions: number;
  /** Control sockets that have not said HELLO yet; beyond it new ones get 503. */
  readonly pendingSessions: number;
  /** Milliseconds a control socket has for its HELLO. */
  readonly greetingMs: number;
  /**
   * New control sockets a second, so that clients that all come back at once do not stop the rest ...
   */
  readonly attachesPerSecond: number;
  /** ... after so many at once. Beyond both: 503, and a `Retry-After` that spreads the others. */
  readonly attachBurst: number;
  /** A session outlives its control socket for so long; 0: not at all. */
  readonly resumeGraceMs: number;
  /** What all sessions keep until it is acknowledged; past it the one that is away with most ends. */
  readonly keptBytes: number;
  /** Tunnels of one session. */
  readonly tunnelsPerSession: number;
  /** Exchanges of one session at once; the client's own bound may be lower. Beyond it: 503. */
  readonly streamsPerSession: number;
  /** Credit that all streams of the process may have been promised together; beyond it: 503. */
  readonly processCredit: number;

  /** Request line and headers. Node's own default. */
  readonly headBytes: number;
  /** Header lines of a request; browsers send under 40. */
  readonly headerLines: number;
  /** Trailer lines of a request or response. */
  readonly trailerLines: number;
  /** From the first byte of a head (or from the connect) to its last; checked once a second. */
  readonly headMs: number;
  /** An idle connection between two requests: above the 60 s that proxies in front usually keep. */
  readonly keepAliveMs: number;
  /** Pipelined requests of a connection parsed ahead before reading stops. */
  readonly pipelined: number;
  /** Bytes on the wire that a chunked body may take beyond its content, whatever its length ... */
  readonly chunkOverheadBytes: number;
  /** ... and per byte of content: one-byte chunks take five, a flood of chunk extensions thousands. */
  readonly chunkOverheadRatio: number;

  /** A visitor whose request body is awaited and does not move. */
  readonly readIdleMs: number;
  /**
   * A visitor that takes none of what waits for it. Three minutes, since progress shows in steps
   * of up to 144 KiB (64 KiB in this process, 80 KiB in kernels), and 1 KiB/s is honest.
   */
  readonly writeIdleMs: number;
  /** An upgraded connection of which one side has ended and the other neither ends nor sends. */
  readonly halfClosedIdleMs: number;
  /**
   * A connection that has been silent for so long is asked by TCP whether its visitor is still there;
   * ten seconds without an answer end it. Whole seconds.
   */
  readonly vanishedMs: number;
  /** A response head that never comes. The client's own limit answers long before. */
  readonly responseHeadMs: number;

  /** After a response to a request that was not read to its end: dropped input ... */
  readonly lingerBytes: number;
  /** ... and time for the visitor to read the response before the connection is reset. */
  readonly lingerMs: number;
  /** Bytes of a visitor kept between its upgrade request and the 101. */
  readonly earlyBytes: number;

  /** A name stays its client's for so long behind a session that broke off ... */
  readonly leaseGraceMs: number;
  /** ... for so many names at once; beyond it the one that has waited longest is free early. */
  readonly namesInGrace: number;
  /** Sessions that share one name. Looked through for every request. */
  readonly poolSessions: number;

  /** A request for a name whose client is away waits for so long; 0: 503 at once. */
  readonly holdMs: number;
  /** Requests that wait for one name: all that a busy one has under way when its relay changes ... */
  readonly heldRequests: number;
  /** ... in the process: each keeps a visitor's connection and what node has read of it ... */
  readonly heldInProcess: number;
  /** ... and the bytes of their heads. */
  readonly heldHeadBytes: number;
  /**
   * For so long after its start a relay that had clients before lets requests for names that are not
   * attached yet wait, too; 0: it does not ...
   */
  readonly startHoldMs: number;
  /** ... for so many names. */
  readonly expectedNames: number;
  /** When the relay leaves, an idle connection may bring a request for so long before it is closed ... */
  readonly idleDrainMs: number;
  /** ... and one that was just opened (or used, where a successor takes over) for so long from then. */
  readonly freshDrainMs: number;
}

export const DEFAULT_LIMITS: RelayLimits = {
  connections: 16_000,
  connectsPerSecond: 1_000,
  connectBurst: 5_000,
  sessions: 4_000,
  pendingSessions: 256,
  greetingMs: 10_000,
  attachesPerSecond: 500,
  attachBurst: 256,
  resumeGraceMs: 60_000,
  keptBytes: 256 * 1024 ** 2,
  tunnelsPerSession: 64,
  streamsPerSession: 10_000,
  processCredit: 8 * 1024 ** 3,
  headBytes: 16 * 1024,
  headerLines: 200,
  trailerLines: 64,
  headMs: 10_000,
  keepAliveMs: 65_000,
  pipelined: 16,
  chunkOverheadBytes: 128 * 1024,
  chunkOverheadRatio: 16,
  readIdleMs: 60_000,
  writeIdleMs: 180_000,
  halfClosedIdleMs: 60_000,
  vanishedMs: 60_000,
  responseHeadMs: 60 * 60_000,
  lingerBytes: 64 * 1024,
  lingerMs: 1_000,
  earlyBytes: 64 * 1024,
  leaseGraceMs: 60_000,
  namesInGrace: 20_000,
  poolSessions: 64,
  holdMs: 10_000,
  heldRequests: 1_000,
  heldInProcess: 4_000,
  heldHeadBytes: 16 * 1024 ** 2,
  startHoldMs: 10_000,
  expectedNames: 1_000,
  idleDrainMs: 100,
  freshDrainMs: 1_000,
};

/** How often idle and vanished visitors are looked for; every idle limit is exact to this. */
export const SWEEP_MS = 500;
