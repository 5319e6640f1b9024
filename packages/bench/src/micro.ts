import { runProgram } from './program.ts';

/** One micro-benchmark's rate. */
export interface MicroResult {
  readonly name: string;
  readonly title: string;
  readonly value: number;
  readonly unit: string;
}

/** Codec and mux in a process of their own, no sockets. */
export function runMicro(milliseconds: number): Promise<MicroResult[]> {
  return runProgram<MicroResult[]>('micro', { milliseconds }, 120_000);
}
