import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where a program writes what it holds; whoever asked removes it. */
export function collectedFile(pid: number): string {
  return join(tmpdir(), `sellia-collected-${pid}`);
}
