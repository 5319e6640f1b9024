import type { Socket } from 'node:net';
import type { ErrorCode, HeaderLines } from '@sellia/protocol';
import type { UpstreamRequest } from './request-head.ts';

/** Why an exchange with the upstream ended early. */
export interface UpstreamFailure {
  readonly code: ErrorCode;
  /** Short, for people; names no address and no path. */
  readonly reason: string;
  /**
   * The request met a kept connection that ended before a byte of its answer: an idempotent one
   * may be sent again, on a fresh connection.
   */
  readonly isStale: boolean;
}

/**
 * What an exchange tells. Heads are raw and unchecked, lines as `rawHeaders`, text latin1. After
 * `onComplete`, `onSwitch`, `onFailure` or the exchange's `abort` nothing more comes.
 */
export interface UpstreamHandler {
  /** A connection carries the request from here on. `isReused`: it has served before. */
  onConnected(isReused: boolean): void;
  /** An interim (1xx) head, any number of them. */
  onInterim(status: number, reason: string, headers: HeaderLines): void;
  onResponse(status: number, reason: string, headers: HeaderLines): void;
  /** Bytes of the body, as the head frames it and no more. The handler owns `chunk`. */
  onBody(chunk: Uint8Array): void;
  /** The response is complete by its own framing. */
  onComplete(trailers: HeaderLines): void;
  /** After `write` returned false, or after a wait for an upstream that refused: write on. */
  onWritable(): void;
  /** 101: the handler owns the paused `socket`; `rest` came behind the head. */
  onSwitch(
    status: number,
    reason: string,
    headers: HeaderLines,
    socket: Socket,
    rest: Uint8Array,
  ): void;
  onFailure(failure: UpstreamFailure): void;
}

/** A request on its way. All methods are safe at any time; after the end they do nothing. */
export interface UpstreamExchange {
  /** Body bytes, which the exchange then owns. False: stop until `onWritable`. */
  write(chunk: Uint8Array): boolean;
  /** The request is complete. Only a chunked one can have trailers. */
  end(trailers: HeaderLines): void;
  /** Stops `onBody`, as soon as the library can. */
  pause(): void;
  resume(): void;
  /** Lets go: the connection is destroyed unless the exchange is over. */
  abort(): void;
}

/** The local server, whatever speaks HTTP to it. Owns its connections. */
export interface Upstream {
  /**
   * Sends a head; the body of one with `body: 'none'` needs no `end`. `isFresh`: not on a kept
   * connection.
   */
  send(request: UpstreamRequest, handler: UpstreamHandler, isFresh: boolean): UpstreamExchange;
  /** Open connections. */
  readonly sockets: number;
  /** Destroys every connection. */
  close(): void;
}
