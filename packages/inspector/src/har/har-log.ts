import type { ExchangeFailure, ExchangeRow, SocketRow } from '../exchange/row.ts';

/** HAR 1.2, as far as Sellia writes it. Names with an underscore are extensions. */
export interface HarLog {
  readonly log: {
    readonly version: '1.2';
    readonly creator: {
      readonly name: string;
      readonly version: string;
      readonly comment?: string;
    };
    readonly pages: [];
    readonly entries: HarEntry[];
  };
}

export interface HarEntry {
  /** ISO 8601. */
  readonly startedDateTime: string;
  /** Milliseconds; the sum of `timings`. */
  readonly time: number;
  readonly request: HarRequest;
  readonly response: HarResponse;
  readonly cache: Record<string, never>;
  readonly timings: { readonly send: number; readonly wait: number; readonly receive: number };
  readonly comment?: string;
  /** As Chrome names it. */
  readonly _resourceType?: 'websocket';
  readonly _webSocketMessages?: HarWebSocketMessage[];
  readonly _webSocketClose?: HarWebSocketClose | 'aborted';
  /** Why there is no response, or not a whole one. */
  readonly _error?: string;
  readonly _pinned?: true;
  readonly _tags?: readonly string[];
  readonly _sellia: HarOwnFacts;
}

/** What HAR has no place for. */
export interface HarOwnFacts
  extends Pick<ExchangeRow, 'id' | 'tunnel' | 'kind' | 'visitor' | 'replayOf'> {
  readonly requestId: string;
  readonly tlsVersion: string;
  /** Only where it is no path: `*`. */
  readonly target?: string;
  readonly failure?: ExchangeFailure;
  readonly socket?: SocketRow;
}

export interface HarPair {
  readonly name: string;
  readonly value: string;
}

export interface HarCookie extends HarPair {
  readonly path?: string;
  readonly domain?: string;
  /** ISO 8601. */
  readonly expires?: string;
  readonly httpOnly?: boolean;
  readonly secure?: boolean;
  readonly sameSite?: string;
}

/**
 * Why a body is not whole. `truncated`: only its beginning was kept. The others as HTTP Toolkit names
 * them: in no text that HAR has a place for (`_content` has it), and left out because it is compressed
 * and might hold secrets.
 */
export type HarBodyStatus = 'truncated' | 'discarded:not-representable' | 'discarded:not-decodable';

export interface HarContent {
  /** Bytes of what `text` stands for. */
  readonly size: number;
  readonly mimeType: string;
  readonly text?: string;
  readonly encoding?: 'base64';
  /** Bytes that compression saved. */
  readonly compression?: number;
  /** `Content-Encoding` of `text`, where it could not be undone. */
  readonly _encoded?: string;
}

interface HarMessageHead {
  readonly httpVersion: 'HTTP/1.1';
  readonly cookies: HarCookie[];
  readonly headers: HarPair[];
  readonly headersSize: -1;
  /** As it travelled, in bytes. */
  readonly bodySize: number;
  readonly _trailers?: HarPair[];
}

export interface HarRequest extends HarMessageHead {
  readonly method: string;
  readonly url: string;
  readonly queryString: HarPair[];
  readonly postData?: { readonly mimeType: string; readonly text: string };
  readonly _requestBodyStatus?: HarBodyStatus;
  /** A body that is no text. */
  readonly _content?: HarContent;
}

export interface HarResponse extends HarMessageHead {
  /** 0 where there was none. */
  readonly status: number;
  readonly statusText: string;
  readonly content: HarContent;
  readonly redirectURL: string;
  readonly _responseBodyStatus?: HarBodyStatus;
}

/** As Chrome writes them. */
export interface HarWebSocketMessage {
  /** Seen from the visitor. */
  readonly type: 'send' | 'receive';
  readonly opcode: number;
  /** Base64, unless the opcode is that of text. */
  readonly data: string;
  /** Unix time in seconds. */
  readonly time: number;
  /** Put in from the inspector: neither end has sent it. */
  readonly _own?: true;
}

export interface HarWebSocketClose {
  readonly code: number;
  readonly reason: string;
  /** Unix time in seconds. */
  readonly timestamp: number;
}
