import type { ExchangeDetail } from '../exchange/detail.ts';

/** One message of a WebSocket, as far as messages were kept. */
export interface HarMessage {
  /** `up` is from the visitor to the upstream. */
  readonly direction: 'up' | 'down';
  /** RFC 6455 section 11.8: 1 text, 2 binary. */
  readonly opcode: number;
  /** Decompressed. */
  readonly payload: Uint8Array;
  /** Unix time in milliseconds. */
  readonly at: number;
  /** Put in from the inspector: neither end has sent it. */
  readonly isOwn?: boolean;
}

/** An exchange with the bytes of its bodies: what goes into a HAR file and comes out of one. */
export interface HarExchange {
  readonly detail: ExchangeDetail;
  readonly requestBody: Uint8Array;
  readonly responseBody: Uint8Array;
  /** `Content-Encoding` is undone in the bytes, as readers of HAR expect. Default false: as it travelled. */
  readonly isRequestDecoded?: boolean;
  readonly isResponseDecoded?: boolean;
  /** Oldest first. */
  readonly messages?: readonly HarMessage[];
}
