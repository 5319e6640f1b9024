import type { ControlMessage } from './control.ts';
import type { CreditPool } from './flow.ts';
import type { Latin1 } from './latin1.ts';
import type { MuxStream } from './mux-stream.ts';

/** What the driver of a mux is told, from within `receive`. */
export interface MuxHandler {
  /** Acceptor: a stream has been opened (`decodeOpen`). Set `stream.handler` before returning. */
  onStream(stream: MuxStream, text: string, ended: boolean): void;
  onControl(message: ControlMessage): void;
  /** The peer takes no streams above `lastStreamId` and will leave. */
  onGoingAway(lastStreamId: number): void;
  /** A frame about the link itself: ACK, PING, HELLO, ... */
  onLinkFrame(type: number, bytes: Uint8Array, start: number, end: number): void;
  /** A stream's handler threw; the stream has been aborted. */
  onFault(error: unknown): void;
  /** There is something to send: pull with `next`. Called once until it has been pulled dry. */
  onWants(): void;
}

export interface MuxOptions {
  /** The relay opens streams, the client accepts them. */
  readonly role: 'relay' | 'client';
  readonly handler: MuxHandler;
  readonly latin1: Latin1;
  /** Monotonic milliseconds of the driver's clock; decides on growth and rates only. */
  readonly now: () => number;
  /** Credit that we grant to each new stream. */
  readonly receiveWindow: number;
  /** Streams open at once that we accept; the opener also keeps to the peer's own limit. */
  readonly maxStreams: number;
  /** Everything this process has promised to hold; shared by all its sessions. */
  readonly processCredit: CreditPool;
  /** Id of the first stream; for tests of the end of the numbers. Odd. */
  readonly firstStreamId?: number;
}
