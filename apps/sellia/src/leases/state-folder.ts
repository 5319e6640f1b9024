import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '@sellia/terminal';

/**
 * Where the program keeps what it remembers: SELLIA_STATE_DIR, else `sellia` below XDG_STATE_HOME,
 * below `~/.local/state`, on Windows below LOCALAPPDATA. Made by whoever writes there first.
 */
export function stateFolder(env: Environment, platform: string = process.platform): string {
  if (env.SELLIA_STATE_DIR) return env.SELLIA_STATE_DIR;
  if (env.XDG_STATE_HOME) return join(env.XDG_STATE_HOME, 'sellia');
  if (platform === 'win32' && env.LOCALAPPDATA) return join(env.LOCALAPPDATA, 'sellia');
  return join(homedir(), '.local', 'state', 'sellia');
}
