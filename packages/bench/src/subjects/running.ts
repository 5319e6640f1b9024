import type { Child } from '../child.ts';
import type { Part, Running } from './subject.ts';

/** A running subject made of processes; they are stopped last to first, clients before servers. */
export function runningOf(
  port: number,
  hostHeader: string,
  children: readonly (readonly [Part['role'], Child])[],
): Running {
  return {
    port,
    hostHeader,
    parts: children.map(([role, child]) => ({ role, pid: child.pid })),
    stop: async () => {
      for (const [, child] of [...children].reverse()) await child.stop();
    },
  };
}
