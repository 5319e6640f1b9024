import type {
  ControlMessage,
  CreditPool,
  ErrorCode,
  Hello,
  MuxStream,
  OpenHead,
  Welcome,
} from '@sellia/protocol';
import type { Clock } from './clock.ts';
import type { HeartbeatTimes } from './heartbeat.ts';
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
}

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
  /** Relay: the name of the session. */
  readonly sessionId?: string;
  /** Odd; for tests of the end of the numbers. */
  readonly firstStreamId?: number;
  readonly heartbeat?: HeartbeatTimes;
  /** Milliseconds for the peer's greeting. Default 10 s. */
  readonly greetingMs?: number;
}
