import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** `ip` answers at once or not at all. */
const OPTIONS = { timeout: 5_000 };

/** Debian's iproute2 is not in every user's PATH. */
export const IP = ['/usr/sbin/ip', '/sbin/ip'].find(existsSync) ?? 'ip';

/** Runs `ip`; arguments as one would type them. Rejects with what it says. */
export async function ip(command: string): Promise<void> {
  try {
    await run(IP, command.split(' '), OPTIONS);
  } catch (error) {
    const said = String((error as { stderr?: string }).stderr ?? '').trim();
    throw new Error(`${IP} ${command}: ${said || String(error)}`);
  }
}

/** What the program says when it fails; undefined when it does not. */
export function complaint(program: string, command: string): string | undefined {
  const found = spawnSync(program, command.split(' '), { ...OPTIONS, encoding: 'utf8' });
  if (found.error !== undefined) return found.error.message;
  return found.status === 0 ? undefined : found.stderr.trim() || `status ${found.status}`;
}
