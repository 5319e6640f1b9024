export { type ConnectOptions, connect } from './connect.ts';
export { controlUrl } from './dial.ts';
export {
  CLIENT_ERRORS,
  type ClientErrorCode,
  SelliaError,
  type SelliaErrorCode,
} from './errors.ts';
export type { ClosedWith, ExchangeFact, ExchangeTimes, FactSubscriber } from './exchange-fact.ts';
export type { ExchangeFeed } from './exchange-feed.ts';
export { type ClientLimits, DEFAULT_LIMITS } from './limits.ts';
export type { WaitingBytes } from './open-sockets.ts';
export { OWN_MESSAGE_MAX, type OwnMessage } from './own-message.ts';
export { reconnectDelay } from './reconnect.ts';
export type { Replay } from './replay.ts';
export type { HostHeader } from './request-head.ts';
export { parseTarget, type UpstreamTarget } from './target.ts';
export type {
  NextAttempt,
  Tunnel,
  TunnelEvents,
  TunnelLink,
  TunnelStatus,
} from './tunnel-status.ts';
