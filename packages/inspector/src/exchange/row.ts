/** What the inspector knows of an exchange: types alone, for the server, the page and scripts. */
import type { Side } from '@sellia/protocol';

/** How far an HTTP exchange has come. `refused`: the relay answered by itself. */
export type HttpState = 'pending' | 'streaming' | 'done' | 'failed' | 'refused';

/** How far an upgraded connection has come. `rejected`: answered otherwise than with 101. */
export type SocketState = 'connecting' | 'open' | 'closing' | 'closed' | 'rejected' | 'aborted';

/** Why an exchange is not what it should be. */
export interface ExchangeFailure {
  /** A code of docs/errors.md. */
  readonly code: string;
  readonly side: Side;
  readonly reason: string;
}

/** One direction of an upgraded connection, so far. */
export interface SocketFlow {
  /** Data messages; text and binary together. */
  readonly messages: number;
  /** Of the messages, as they travelled (compressed, if they were). */
  readonly bytes: number;
  /** Ping and pong frames. */
  readonly pings: number;
  readonly pongs: number;
}

/** The first close frame of a WebSocket. */
export interface SocketClose {
  /** RFC 6455 section 7.4; 1005 where the frame named none, 1006 where there was no frame. */
  readonly code: number;
  readonly reason: string;
  /** Who sent it, or whose connection broke. */
  readonly side: Side;
}

/** What a list shows of a WebSocket beyond an exchange. `up` is from the visitor to the upstream. */
export interface SocketRow {
  readonly subprotocol: string;
  readonly up: SocketFlow;
  readonly down: SocketFlow;
  readonly close?: SocketClose;
}

/** One exchange as a line of the list. Bodies and headers are fetched when somebody looks. */
export interface ExchangeRow {
  /** Of this inspector; never given twice. */
  readonly id: string;
  /** Rises with each exchange. */
  readonly order: number;
  /** Name of the tunnel. */
  readonly tunnel: string;
  readonly kind: 'http' | 'websocket' | 'upgrade';
  readonly state: HttpState | SocketState;
  readonly method: string;
  /** Raw, as the visitor sent it: path and query. */
  readonly target: string;
  /** Of the public URL. */
  readonly host: string;
  readonly scheme: 'http' | 'https';
  /** Address of the visitor; empty where the relay answered by itself. */
  readonly visitor: string;
  /** Unix time in milliseconds. */
  readonly startedAt: number;
  /** 0 until there is one. */
  readonly status: number;
  readonly reason: string;
  /** Milliseconds from the request's head to the response's; -1 until then. */
  readonly firstByteMs: number;
  /** Milliseconds from the request's head to the end of both directions; -1 until then. */
  readonly durationMs: number;
  /** Media types without parameters, in lower case; empty where none was told. */
  readonly requestType: string;
  readonly responseType: string;
  /** What a GraphQL request asks for: `query Name`; empty for others. Known once it is answered. */
  readonly operation: string;
  /** Body bytes as they travelled; of an upgraded connection all bytes behind its head. */
  readonly requestBytes: number;
  readonly responseBytes: number;
  /** Part of a body was not kept. */
  readonly isTruncated: boolean;
  readonly isPinned: boolean;
  /** Id of the exchange that this one repeats; empty otherwise. */
  readonly replayOf: string;
  /** Words that people gave it, in their order; absent where there are none. */
  readonly tags?: readonly string[];
  readonly failure?: ExchangeFailure;
  readonly socket?: SocketRow;
}
