import { readFileSync } from 'node:fs';

/** A process, told from a later one that was given the same number. */
export interface Holder {
  readonly pid: number;
  /** When it started, as the system counts; empty where the system does not say. */
  readonly start: string;
}

export function thisProcess(): Holder {
  return { pid: process.pid, start: startOf(process.pid) };
}

/** Whether the holder runs, and is another process than this one. */
export function isAnother({ pid, start }: Holder): boolean {
  if (pid === process.pid || !isAlive(pid)) return false;
  const now = startOf(pid);
  return start === '' || now === '' || start === now;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process runs as well.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Field 22 of proc_pid_stat(5); the second is a name in parentheses, with anything in it. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}
