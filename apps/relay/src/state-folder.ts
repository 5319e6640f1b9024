import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '@sellia/terminal';

/**
 * Where the relay keeps what outlives it unless told otherwise: `sellia-relay` below XDG_STATE_HOME,
 * below `~/.local/state`, on Windows below LOCALAPPDATA.
 */
export function stateFolder(env: Environment, platform: string = process.platform): string {
  if (env.XDG_STATE_HOME) return join(env.XDG_STATE_HOME, 'sellia-relay');
  if (platform === 'win32' && env.LOCALAPPDATA) return join(env.LOCALAPPDATA, 'sellia-relay');
  return join(homedir(), '.local', 'state', 'sellia-relay');
}
