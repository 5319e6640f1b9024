import { readdirSync } from 'node:fs';

/** Descriptors that a process has open; 0 where the system does not say. */
export function openFiles(pid: number): number {
  return process.platform === 'linux' ? readdirSync(`/proc/${pid}/fd`).length : 0;
}
