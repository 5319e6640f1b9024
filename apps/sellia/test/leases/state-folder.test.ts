import { homedir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { stateFolder } from '../../src/leases/state-folder.ts';

const own = { SELLIA_STATE_DIR: '/own', XDG_STATE_HOME: '/xdg', LOCALAPPDATA: '/local' };

test.each([
  ['linux', own, '/own'],
  ['linux', { ...own, SELLIA_STATE_DIR: '' }, join('/xdg', 'sellia')],
  ['win32', { LOCALAPPDATA: '/local' }, join('/local', 'sellia')],
  ['linux', { LOCALAPPDATA: '/local' }, join(homedir(), '.local', 'state', 'sellia')],
  ['win32', {}, join(homedir(), '.local', 'state', 'sellia')],
])('on %s with %j it is %s', (platform, env, folder) => {
  expect(stateFolder(env, platform)).toBe(folder);
});
