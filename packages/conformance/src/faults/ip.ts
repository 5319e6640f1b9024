import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** `ip` and `tc` answer at once or not at all. */
const OPTIONS = { timeout: 5_000 };

/** Debian's iproute2 is not in every user's PATH. */
export const IP = ['/usr/sbin/ip', '/sbin/ip'].find(existsSync) ?? 'ip';
export const TC = ['/usr/sbin/tc', '/sbin/tc'].find(existsSync) ?? 'tc';

/** Runs `ip` or `tc`; arguments as one would type them. What it prints; rejects with what it says. */
export async function iproute(program: string, command: string): Promise<string> {
  try {
    return (await run(program, command.split(' '), OPTIONS)).stdout;
  } catch (error) {
    const said = String((error as { stderr?: string }).stderr ?? '').trim();
    throw new Error(`${program} ${command}: ${said || String(error)}`);
  }
}

export function ip(command: string): Promise<string> {
  return iproute(IP, command);
}

/** What the program says when it fails; undefined when it does not. */
export function complaint(program: string, command: string): string | undefined {
  const found = spawnSync(program, command.split(' '), { ...OPTIONS, encoding: 'utf8' });
  if (found.error !== undefined) return found.error.message;
  return found.status === 0 ? undefined : found.stderr.trim() || `status ${found.status}`;
}
