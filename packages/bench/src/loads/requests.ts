import { runProgram } from '../program.ts';
import type { Target } from '../subjects/subject.ts';

/** What a load of small requests showed. Latencies in milliseconds. */
export interface RequestFigures {
  readonly requests: number;
  readonly requestsPerSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly failures: number;
}

export interface RequestLoad {
  readonly connections: number;
  readonly seconds: number;
  /** Milliseconds between an answer and the next request of the same connection. Default none. */
  readonly gapMs?: number;
}

/** Our own load of small requests: where there is no wrk, for gaps, and for less than a second. */
export function loadWithNode(target: Target, load: RequestLoad): Promise<RequestFigures> {
  const settings = { port: target.port, hostHeader: target.hostHeader, ...load };
  return runProgram<RequestFigures>('request-load', settings, 1_000 * (load.seconds + 15));
}
