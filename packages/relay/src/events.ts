import type { FailureCode } from './failures.ts';

/** What happened, as data: for logs and counters. Told after the fact; nothing waits for it. */
export type RelayEvent =
  | {
      readonly type: 'session.opened';
      readonly session: string;
      readonly agent: string;
      readonly address: string;
    }
  | { readonly type: 'session.refused'; readonly address: string; readonly code: FailureCode }
  /** Its control socket is lost; its streams wait for another. */
  | { readonly type: 'session.away'; readonly session: string; readonly reason: string }
  | { readonly type: 'session.back'; readonly session: string }
  | {
      readonly type: 'session.closed';
      readonly session: string;
      readonly code: string;
      readonly reason: string;
    }
  | {
      readonly type: 'tunnel.opened';
      readonly session: string;
      readonly name: string;
      readonly url: string;
    }
  | {
      readonly type: 'tunnel.refused';
      readonly session: string;
      readonly name: string;
      readonly code: FailureCode;
    }
  | {
      readonly type: 'tunnel.closed';
      readonly session: string;
      readonly name: string;
      readonly reason: string;
    }
  | ExchangeEnded
  | VisitorRefused
  | { readonly type: 'fault'; readonly error: unknown };

/** An exchange that had a stream is over. Times are milliseconds from the request's head. */
export interface ExchangeEnded {
  readonly type: 'exchange.ended';
  readonly name: string;
  readonly requestId: string;
  readonly visitor: string;
  readonly method: string;
  readonly target: string;
  /** What the visitor got; 0 when it left before any. */
  readonly status: number;
  /** Empty when the upstream's answer went through whole. */
  readonly code: string;
  readonly firstByteMs: number;
  readonly totalMs: number;
}

/** A request that never became a stream. */
export interface VisitorRefused {
  readonly type: 'visitor.refused';
  readonly visitor: string;
  /** Empty when the host is not a tunnel's, or was never known. */
  readonly name: string;
  readonly status: number;
  readonly code: FailureCode;
}

export type Tell = (event: RelayEvent) => void;

/** An observer that throws harms nobody: observers are told, not asked. */
export function guarded(tell: Tell): Tell {
  return (event) => {
    try {
      tell(event);
    } catch {
      // There is nobody left to tell.
    }
  };
}
