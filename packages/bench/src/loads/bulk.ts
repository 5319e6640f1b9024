import { runProgram } from '../program.ts';
import type { Target } from '../subjects/subject.ts';

export interface BulkLoad {
  readonly direction: 'download' | 'upload';
  readonly path: string;
  /** Of one transfer. */
  readonly bytes: number;
  readonly connections: number;
  /** Transfers on each connection, one after the other. */
  readonly times: number;
  /** Begins no further transfer after this. Default a minute. */
  readonly seconds?: number;
  /** Niceness of the loading process, 0 to 19: how far it steps back for others. Default 0. */
  readonly niceness?: number;
}

export interface BulkFigures {
  readonly bytes: number;
  readonly seconds: number;
}

/** Whole transfers over raw sockets by a process of their own, every byte counted. */
export function loadBulk(target: Target, load: BulkLoad): Promise<BulkFigures> {
  const settings = { port: target.port, hostHeader: target.hostHeader, ...load };
  return runProgram<BulkFigures>('bulk-load', settings, 1_000 * ((load.seconds ?? 60) + 60));
}

export function mebibytesPerSecond({ bytes, seconds }: BulkFigures): number {
  return bytes / seconds / 1024 / 1024;
}
