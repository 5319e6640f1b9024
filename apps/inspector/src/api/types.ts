/** What the API of the inspector speaks; the server's own types. */
export type {
  BodyFacts,
  ExchangeDetail,
  ExchangeFailure,
  ExchangeRow,
  ExchangeTiming,
  HeaderLines,
  HttpState,
  LiveChanges,
  Message as SocketMessage,
  MessageDetail,
  ShownSocket as SocketDetail,
  SocketClose,
  SocketFlow,
  SocketFlowDetail,
  SocketHandshake,
  SocketLevel,
  SocketRow,
  SocketState,
  Status,
  TunnelStatus,
} from '@sellia/inspector/browser';

/** Which message of an exchange. */
export type Direction = 'request' | 'response';
