export { ByteQueue } from './byte-queue.ts';
export { type Clock, systemClock, type Timer, VirtualClock } from './clock.ts';
export { confirmEnd, isReset } from './confirm-end.ts';
export { HEARTBEAT, type HeartbeatTimes } from './heartbeat.ts';
export { MemoryTransport, memoryPair } from './memory-transport.ts';
export { nativeLatin1 } from './native-latin1.ts';
export { Session } from './session.ts';
export type { SessionHandler, SessionOptions } from './session-options.ts';
export { cut, Sink, Source, Splice, type SpliceOptions } from './splice.ts';
export type { Transport, TransportHandler } from './transport.ts';
export {
  ControlSocketServer,
  DialError,
  type DialOptions,
  dialTransport,
} from './websocket-transport.ts';
