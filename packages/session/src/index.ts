export { ByteQueue } from './byte-queue.ts';
export { type Clock, systemClock, type Timer, VirtualClock } from './clock.ts';
export { confirmEnd, isReset } from './confirm-end.ts';
export { cut } from './cut.ts';
export {
  FAREWELL_LOOKS,
  FAREWELL_MS,
  FAREWELL_QUIET_MS,
  Farewell,
  RESTART_CLOSE_CODE,
} from './farewell.ts';
export { guarded } from './guarded.ts';
export { HEARTBEAT, type HeartbeatTimes } from './heartbeat.ts';
export { INTERJECTIONS_MAX, Interjector } from './interjector.ts';
export { KEPT_MAX, KeptBudget } from './kept-budget.ts';
export { MemoryTransport, memoryPair } from './memory-transport.ts';
export { nativeLatin1 } from './native-latin1.ts';
export { Session, type SessionState } from './session.ts';
export type { ResumeVerdict, SessionHandler, SessionOptions } from './session-options.ts';
export { Sink } from './sink.ts';
export { Splice, type SplicedSide, type SpliceOptions, UNTAKEN_MS } from './splice.ts';
export type { Transport, TransportHandler } from './transport.ts';
export {
  ControlSocketServer,
  DialError,
  type DialOptions,
  dialTransport,
} from './websocket-transport.ts';
