/** What runs in the page and in scripts as well: no Node, no server. */
export { findBadHeader, isTarget, isToken, type Side } from '@sellia/protocol';
export { type CookiePair, requestCookies, responseCookie, type SetCookie } from './body/cookies.ts';
export { type FormField, type FormFields, formFields, queryFields } from './body/form.ts';
export { documentOperation } from './body/graphql-document.ts';
export { latin1 } from './body/latin1.ts';
export { type ServerMetric, serverTiming } from './body/server-timing.ts';
export { type TextMark, type VisibleText, visibleText } from './body/visible-text.ts';
export { TAGS_MAX } from './capture/limits.ts';
export { oddOffer, readOffer } from './capture/websocket/offer.ts';
export type {
  DeflateTerms,
  SocketCloseDetail,
  SocketDetail,
  SocketExtension,
  SocketFlowDetail,
  SocketHandshake,
  SocketLevel,
} from './capture/websocket/socket-detail.ts';
export { copyAs } from './copy/copy.ts';
export { copyRequestOf } from './copy/copy-request.ts';
export { COPY_FORMATS, COPY_LABELS, type CopyFormat } from './copy/formats.ts';
export { maskBody } from './copy/mask-body.ts';
export { responseText } from './copy/raw-http.ts';
export type { Copied, CopiedFile } from './copy/request.ts';
export {
  isSecretHeader,
  isSecretParameter,
  type MoreSecrets,
  maskHeader,
  maskHeaders,
  maskTarget,
  moreSecrets,
} from './copy/secrets.ts';
export { exactText, latin1Bytes } from './copy/text.ts';
export type {
  BodyFacts,
  ExchangeDetail,
  ExchangeTiming,
  MessageDetail,
} from './exchange/detail.ts';
export { type HeaderLines, headerText, mediaTypeOf } from './exchange/header-lines.ts';
export type { LiveChanges, LiveMessage, LiveStatus } from './exchange/live.ts';
export type * from './exchange/row.ts';
export type { EventStreamFacts, StreamedEvent } from './exchange/stream-event.ts';
export { TAG, TAG_RULE, TAGS_RULE, tagsOf } from './exchange/tags.ts';
export type * from './exchange/tunnel-facts.ts';
export * from './filter/index.ts';
export { Pattern } from './filter/pattern/pattern.ts';
export { Unreadable } from './filter/unreadable.ts';
export type { HarExchange, HarMessage } from './har/har-exchange.ts';
export { type ImportedHar, importHar } from './har/import-har.ts';
export { closeCode } from './messages/close-codes.ts';
export { opcodeName } from './messages/opcodes.ts';
export type { Message, ShownSocket, Status, TunnelStatus } from './server/api/spoken.ts';
