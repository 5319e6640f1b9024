import { runProgram } from '../program.ts';
import type { Target } from '../subjects/subject.ts';

export interface EchoLoad {
  readonly connections: number;
  readonly seconds: number;
}

/** Latencies in milliseconds. */
export interface EchoFigures {
  readonly messagesPerSecond: number;
  readonly p50: number;
  readonly p99: number;
}

/** 64-byte WebSocket messages, one in flight on each connection, by a process of their own. */
export function loadEcho(target: Target, load: EchoLoad): Promise<EchoFigures> {
  const settings = { port: target.port, hostHeader: target.hostHeader, ...load };
  return runProgram<EchoFigures>('echo-load', settings, 1_000 * (load.seconds + 20));
}
