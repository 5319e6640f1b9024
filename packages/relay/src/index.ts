export { CONTROL_PATH } from './attach.ts';
export type { ExchangeEnded, RelayEvent, VisitorRefused } from './events.ts';
export { FAILURES, type Failure, type FailureCode } from './failures.ts';
export { DEFAULT_LIMITS, type RelayLimits } from './limits.ts';
export type { RelayOptions } from './options.ts';
export { type CloseOptions, createRelay, type Relay, type RelayStats } from './relay.ts';
export { RelayError, START_FAILURES, type StartFailureCode } from './relay-error.ts';
