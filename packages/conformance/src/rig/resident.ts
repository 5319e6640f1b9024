import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Resident memory of a process in bytes, or undefined where the system does not tell. */
export function residentBytes(pid: number): number | undefined {
  if (process.platform === 'linux') {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
  }
  if (process.platform === 'win32') return undefined;
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) * 1024;
}

/** Watches how far the memory of processes rises above where it was at the start. */
export class MemoryWatch {
  readonly #pids: readonly number[];
  readonly #start: readonly number[];
  readonly #peak: number[];
  readonly #timer: NodeJS.Timeout;

  constructor(pids: readonly number[], everyMs = 50) {
    this.#pids = pids;
    this.#start = pids.map((pid) => residentBytes(pid) ?? 0);
    this.#peak = [...this.#start];
    this.#timer = setInterval(() => this.#look(), everyMs);
  }

  /** Growth of each process in bytes, by its highest point. Ends the watch. */
  stop(): number[] {
    clearInterval(this.#timer);
    this.#look();
    return this.#peak.map((peak, i) => peak - (this.#start[i] as number));
  }

  #look(): void {
    for (const [i, pid] of this.#pids.entries()) {
      this.#peak[i] = Math.max(this.#peak[i] as number, residentBytes(pid) ?? 0);
    }
  }
}
