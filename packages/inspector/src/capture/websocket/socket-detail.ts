/** All that is known of a WebSocket, for its detail view: types alone, for the page and scripts too. */
import type { SocketClose, SocketFlow } from '../../exchange/row.ts';

/** How much of a WebSocket is kept: figures; the beginning of each message; whole messages. */
export type SocketLevel = 'stats' | 'messages' | 'full';

/** `permessage-deflate; client_max_window_bits=12`, read. */
export interface SocketExtension {
  readonly name: string;
  /** As written, without quotes; empty for a parameter without a value. */
  readonly parameters: readonly { readonly name: string; readonly value: string }[];
}

/** What was agreed on compression (RFC 7692). `up` is compressed by the visitor. */
export interface DeflateTerms {
  readonly up: DeflateSide;
  readonly down: DeflateSide;
}

export interface DeflateSide {
  /** Each message is compressed in the light of those before it. */
  readonly hasTakeover: boolean;
  /** 8 to 15; 15 without a word. */
  readonly windowBits: number;
}

/** What the two heads of an upgrade say. */
export interface SocketHandshake {
  readonly offeredSubprotocols: readonly string[];
  /** Chosen by the upstream; empty without. */
  readonly subprotocol: string;
  readonly offeredExtensions: readonly SocketExtension[];
  /** Accepted by the upstream. */
  readonly extensions: readonly SocketExtension[];
  /** Present when permessage-deflate was accepted. */
  readonly deflate?: DeflateTerms;
  /** `Sec-WebSocket-Version`; empty without. */
  readonly version: string;
  readonly key: 'valid' | 'malformed' | 'missing';
  /** `Sec-WebSocket-Accept` against the key; `unknown` until 101, or without a valid key. */
  readonly accept: 'right' | 'wrong' | 'missing' | 'unknown';
  /** What is odd, each a sentence for a person; empty when all is well. */
  readonly odd: readonly string[];
}

/** One direction, so far. Times are Unix milliseconds, 0 for what has not been; sizes are bytes. */
export interface SocketFlowDetail extends SocketFlow {
  /** Frame heads and control frames included. */
  readonly wireBytes: number;
  readonly texts: number;
  readonly binaries: number;
  /** Of whole messages, as they travelled; 0 before one. */
  readonly averageBytes: number;
  readonly largestBytes: number;
  readonly firstMessageAt: number;
  readonly lastMessageAt: number;
  /** Messages in more frames than one, and the data frames of all messages. */
  readonly fragmented: number;
  readonly dataFrames: number;
  /** Messages that came compressed. */
  readonly compressed: number;
  /** Part of a message has come and its end has not. */
  readonly isInMessage: boolean;
  /** Milliseconds from a ping that went this way to its pong; -1 before one. */
  readonly roundTripMs: number;
  readonly leastRoundTripMs: number;
  /** Pings that went this way and wait for their pong, 8 at most. */
  readonly waitingPings: number;
  /** Of the last whole second. Bytes are those of the wire. */
  readonly messagesPerSecond: number;
  readonly bytesPerSecond: number;
  /** Of the busiest second. */
  readonly peakMessagesPerSecond: number;
  readonly peakBytesPerSecond: number;
  /** The last 60 seconds, the one that runs last. */
  readonly messageSeconds: readonly number[];
  readonly byteSeconds: readonly number[];
  /** Why frames are no longer read; empty while they are. Bytes are counted on. */
  readonly broken: string;
}

/** A close frame. */
export interface SocketCloseDetail extends SocketClose {
  /** Unix milliseconds. */
  readonly at: number;
  /** The reason was not UTF-8: `reason` has U+FFFD for what could not be read. */
  readonly isReasonBroken: boolean;
}

/** What a recording holds. */
export interface SocketRecording {
  readonly level: SocketLevel;
  /** Still goes on. */
  readonly isOn: boolean;
  /** Unix milliseconds of its beginning. */
  readonly since: number;
  readonly messages: number;
  /** Content kept. */
  readonly bytes: number;
  /** Number of the newest message; 0 before one. */
  readonly newest: number;
  /** Older messages given up for newer ones. */
  readonly dropped: number;
}

/** One WebSocket. */
export interface SocketDetail {
  readonly state: 'open' | 'closing' | 'closed';
  readonly handshake: SocketHandshake;
  /** Unix milliseconds. */
  readonly openedAt: number;
  /** Milliseconds since the last byte of either direction, or since the opening. */
  readonly idleMs: number;
  readonly up: SocketFlowDetail;
  readonly down: SocketFlowDetail;
  /** The first close frame, and the other side's answer to it. */
  readonly close?: SocketCloseDetail;
  readonly answer?: SocketCloseDetail;
  /** Which direction broke the rules first, and how; empty while none has. */
  readonly broken: string;
  /** Present once somebody asked for contents. */
  readonly recording?: SocketRecording;
}

/** A message or control frame of a recording. */
export interface SocketMessage {
  /** Of its recording, from 1, in the order in which the messages ended. */
  readonly number: number;
  /** `request`: from the visitor to the upstream. */
  readonly direction: 'request' | 'response';
  /** 1 text, 2 binary, 8 close, 9 ping, 10 pong. */
  readonly opcode: number;
  /** Unix milliseconds of its end. */
  readonly atMs: number;
  /** Payload as it travelled. */
  readonly bytes: number;
  /** Payload decompressed; -1 where that is not known. */
  readonly plainBytes: number;
  /** Decompressed and unmasked: text of text messages, the reason of a close; bytes otherwise. */
  readonly content: string | Uint8Array;
  /** `content` is a beginning only. */
  readonly isTruncated: boolean;
  readonly isCompressed: boolean;
  /** What a person should know: why there is no content, what is odd; empty otherwise. */
  readonly note: string;
  /** It was put in from here: neither end has sent it. */
  readonly isOwn: boolean;
}
