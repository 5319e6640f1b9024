import type {
  ControlMessage,
  CreditPool,
  ErrorCode,
  Hello,
  MuxStream,
  OpenHead,
  Resume,
  Welcome,
} from '@sellia/protocol';
import type { Clock } from './clock.ts';
import type { HeartbeatTimes } from './heartbeat.ts';
import type { KeptBudget } from './kept-budget.ts';
import type { Transport } from './transport.ts';

/** What the owner of a session is told. */
export interface SessionHandler {
  /** The greeting is done; streams and control messages may flow. */
  onReady(peer: Hello | Welcome): void;
  /** Client: a stream was opened. Set `stream.handler` before returning. */
  onStream(stream: MuxStream, open: OpenHead, ended: boolean): void;
  onControl(message: ControlMessage): void;
  /** The peer takes no stream above `lastStreamId` and will leave. */
  onGoingAway(lastStreamId: number): void;
  /** Exactly once; every stream has been told before. */
  onClosed(code: ErrorCode, reason: string): void;
  /** A stream's handler threw; that stream was aborted, the session goes on. */
  onFault(error: unknown): void;
  /** The transport is lost and streams wait; also for each try to resume that failed. */
  onAway?(reason: string): void;
  /** The session goes on, with all its streams. */
  onBack?(): void;
  /**
   * Client, before `onClosed`: the relay has forgotten the session, and says `welcome` to a fresh one
   * on `transport`, which the handler owns from here on.
   */
  onRenewed?(transport: Transport, welcome: Welcome): void;
  /**
   * Relay: the peer wants to go on with an earlier session, which may `take` the transport (see
   * `Session.admit`); `unknown` lets it begin a fresh one.
   */
  onResume?(resume: Resume, take: () => Transport | undefined): ResumeVerdict;
}

export type ResumeVerdict = 'taken' | 'refused' | 'unknown';

export interface SessionOptions {
  readonly role: 'relay' | 'client';
  /** Owned by the session from here on. */
  readonly transport: Transport;
  readonly clock: Clock;
  readonly handler: SessionHandler;
  /** Name and version of the program. */
  readonly agent: string;
  /** Optional abilities, told to the peer. Default none. */
  readonly capabilities?: readonly string[];
  /** What this process may promise to hold; share one among all sessions. Default 8 GiB. */
  readonly processCredit?: CreditPool;
  /** Streams open at once that we accept. Default STREAMS_MAX. */
  readonly maxStreams?: number;
  /** Bytes of credit of a new stream. Default INITIAL_WINDOW. */
  readonly receiveWindow?: number;
  /** Relay: the name of the session. Default a random one. */
  readonly sessionId?: string;
  /**
   * Milliseconds for which streams outlive the transport. Relay: default 0, not at all. Client: no
   * longer than the relay allows, which is the default.
   */
  readonly graceMs?: number;
  /** Client: what the relay has said on this transport already. */
  readonly welcome?: Welcome;
  /** What this process may keep for resuming; share one among all sessions. Default one of its own. */
  readonly keptBudget?: KeptBudget;
  /** Odd; for tests of the end of the numbers. */
  readonly firstStreamId?: number;
  readonly heartbeat?: HeartbeatTimes;
  /** Milliseconds for the peer's greeting. Default 10 s. */
  readonly greetingMs?: number;
}
