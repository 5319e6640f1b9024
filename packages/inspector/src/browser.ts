/** What runs in the page and in scripts as well: no Node, no server. */
export { documentOperation } from './body/graphql-document.ts';
export type {
  SocketDetail,
  SocketFlowDetail,
  SocketHandshake,
  SocketLevel,
} from './capture/websocket/socket-detail.ts';
export * from './copy/copy.ts';
export { copyRequestOf } from './copy/copy-request.ts';
export type {
  BodyFacts,
  ExchangeDetail,
  ExchangeTiming,
  MessageDetail,
} from './exchange/detail.ts';
export { type HeaderLines, headerText, mediaTypeOf } from './exchange/header-lines.ts';
export type { LiveChanges } from './exchange/live.ts';
export type * from './exchange/row.ts';
export * from './filter/index.ts';
export { importHar } from './har/import-har.ts';
export { closeCode } from './messages/close-codes.ts';
export { opcodeName } from './messages/opcodes.ts';
export type { Message, Status, TunnelStatus } from './server/api/spoken.ts';
