import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks a second in /proc: fixed by the kernel's interface to programs on Linux. */
const TICKS = 100;

/** CPU seconds, user and system, of a process and its living descendants; NaN without /proc. */
export function cpuSeconds(pid: number): number {
  return sum(pid, (id) => {
    // The name in parentheses may hold spaces; fields are counted from behind it.
    const stat = readFileSync(`/proc/${id}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS;
  });
}

/** Resident memory in MiB of a process and its living descendants; NaN without /proc. */
export function residentMiB(pid: number): number {
  return sum(pid, (id) => {
    const match = readFileSync(`/proc/${id}/status`, 'utf8').match(/^VmRSS:\s+(\d+) kB/m);
    return Number(match?.[1] ?? 0) / 1024;
  });
}

function sum(pid: number, read: (pid: number) => number): number {
  let total = Number.NaN;
  for (const id of tree(pid)) {
    try {
      total = (Number.isNaN(total) ? 0 : total) + read(id);
    } catch {
      // It ended between the two looks, or there is no /proc here.
    }
  }
  return total;
}

function tree(pid: number): number[] {
  return [pid, ...children(pid).flatMap(tree)];
}

function children(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((task) => {
      const text = readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8');
      return text.split(' ').filter(Boolean).map(Number);
    });
  } catch {
    return [];
  }
}
