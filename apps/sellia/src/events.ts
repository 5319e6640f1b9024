/**
 * What a tunnel of the command line tells, as NDJSON with `--json` and as text without. NDJSON has
 * two lines more: `error`, why the program ends (code, message, hint, exitCode), and `lost`, how
 * many `lines` were left out because nobody read them. Fields are only ever added; `v` changes when
 * one has to change its meaning.
 */
export const EVENTS_VERSION = 1;

/** The tunnel is public. Again after a reconnect, if the URL is another one. */
export interface ReadyEvent {
  readonly event: 'ready';
  /** Its name. Every line of NDJSON from here on carries it. */
  readonly tunnel: string;
  readonly url: string;
  /** What it forwards to. */
  readonly target: string;
  /** Whether the local server accepted a connection just before. */
  readonly targetAnswers: boolean;
  readonly server: string;
  /** Where it shows what goes through, token included: whoever has this may look. Null without. */
  readonly inspector: string | null;
}

/** A request is over. */
export interface RequestEvent {
  readonly event: 'request';
  readonly method: string;
  readonly path: string;
  /** Null when the local server gave none. */
  readonly status: number | null;
  /** Why it did not end well; null when it did. */
  readonly code: string | null;
  readonly durationMs: number;
  /** Body bytes from the visitor and to it. */
  readonly bytesIn: number;
  readonly bytesOut: number;
}

/** A WebSocket or another upgraded connection is open. */
export interface SocketOpenEvent {
  readonly event: 'ws.open';
  readonly path: string;
  /** The subprotocol that the local server chose; null without one. */
  readonly protocol: string | null;
}

export interface SocketCloseEvent {
  readonly event: 'ws.close';
  readonly path: string;
  /** Of its first close frame, 1005 where that names none; 1006 when it ended without one. */
  readonly closeCode: number;
  /** Who sent that frame; null when it ended without one. */
  readonly closedBy: 'visitor' | 'relay' | 'upstream' | null;
  /** Why it did not end by itself; null when it did. */
  readonly code: string | null;
  readonly durationMs: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

export interface StatusEvent {
  readonly event: 'status';
  readonly status: 'connecting' | 'connected' | 'reconnecting' | 'draining' | 'closed';
  /** One line, for people; empty when there is nothing to add. */
  readonly reason: string;
  /**
   * With `reconnecting`, which is told before each attempt: its number since the loss; with
   * `connecting` before each but the first one, while the relay is busy ...
   */
  readonly attempt?: number;
  /** ... and milliseconds until then. */
  readonly nextTryMs?: number;
  /** With `connected`: milliseconds since the loss. */
  readonly awayMs?: number;
}

export type TunnelEvent =
  | ReadyEvent
  | RequestEvent
  | SocketOpenEvent
  | SocketCloseEvent
  | StatusEvent;

/** Told of everything that happens, in order. Must return at once. */
export type TunnelListener = (event: TunnelEvent) => void;
