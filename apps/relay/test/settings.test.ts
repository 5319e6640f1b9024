import { homedir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSettings } from '../src/settings.ts';
import { stateFolder } from '../src/state-folder.ts';

test('without anything, the defaults', () => {
  expect(readSettings({}, {})).toEqual({
    host: '0.0.0.0',
    port: 3000,
    domain: 'localhost',
    requireAuth: false,
    keys: [],
    useHttps: false,
    publicUrl: undefined,
    trustedProxies: [],
    drainDelayMs: 0,
    drainTimeoutMs: 30_000,
    resumeGraceMs: 60_000,
    holdMs: 10_000,
    connectRate: 1_000,
    stateDir: join(homedir(), '.local', 'state', 'sellia-relay'),
    logLevel: 'info',
    json: false,
  });
});

const env = {
  SELLIA_HOST: '127.0.0.1',
  SELLIA_PORT: '4000',
  SELLIA_DOMAIN: 'env.test',
  SELLIA_REQUIRE_AUTH: 'true',
  SELLIA_MASTER_KEY: 'env-key',
  SELLIA_USE_HTTPS: 'true',
  SELLIA_PUBLIC_URL: 'https://env.test',
  SELLIA_TRUSTED_PROXY: '10.0.0.0/8, ::1',
  SELLIA_DRAIN_DELAY: '5s',
  SELLIA_DRAIN_TIMEOUT: '1m',
  SELLIA_RESUME_GRACE: '0',
  SELLIA_HOLD: '500ms',
  SELLIA_CONNECT_RATE: '50',
  SELLIA_STATE_DIR: '/env/state',
  LOG_LEVEL: 'WARN',
};

test('the environment', () => {
  expect(readSettings({}, env)).toEqual({
    host: '127.0.0.1',
    port: 4000,
    domain: 'env.test',
    requireAuth: true,
    keys: ['env-key'],
    useHttps: true,
    publicUrl: 'https://env.test',
    trustedProxies: ['10.0.0.0/8', '::1'],
    drainDelayMs: 5_000,
    drainTimeoutMs: 60_000,
    resumeGraceMs: 0,
    holdMs: 500,
    connectRate: 50,
    stateDir: '/env/state',
    logLevel: 'warn',
    json: false,
  });
});

test('a flag beats its variable', () => {
  const flags = {
    host: '::1',
    port: '0',
    domain: 'flag.test',
    masterKey: 'flag-key',
    publicUrl: 'http://flag.test',
    trustedProxy: ['127.0.0.1'],
    drainDelay: '1s',
    drainTimeout: '0',
    resumeGrace: '1.5m',
    hold: '0',
    stateDir: '/flag/state',
    logLevel: 'debug',
  };
  expect(readSettings(flags, env)).toMatchObject({
    host: '::1',
    port: 0,
    domain: 'flag.test',
    keys: ['flag-key'],
    publicUrl: 'http://flag.test',
    trustedProxies: ['127.0.0.1'],
    drainDelayMs: 1_000,
    drainTimeoutMs: 0,
    resumeGraceMs: 90_000,
    holdMs: 0,
    connectRate: 50,
    stateDir: '/flag/state',
    logLevel: 'debug',
  });
});

test('an empty variable is an unset one, as compose files make them', () => {
  const empty = Object.fromEntries(Object.keys(env).map((name) => [name, '']));
  expect(readSettings({}, empty)).toEqual(readSettings({}, {}));
});

test('a key is always asked for once there is one', () => {
  expect(readSettings({ masterKey: 'k' }, {}).requireAuth).toBe(true);
  expect(readSettings({}, { SELLIA_MASTER_KEY: 'k' }).requireAuth).toBe(true);
});

test.each([
  ['--port', { port: '70000' }, 'SELLIA_PORT'],
  ['--port', { port: 'http' }, 'SELLIA_PORT'],
  ['--port', { port: '-1' }, 'SELLIA_PORT'],
  ['--master-key', { masterKey: 'a b' }, 'SELLIA_MASTER_KEY'],
  ['--log-level', { logLevel: 'loud' }, 'LOG_LEVEL'],
  ['--drain-delay', { drainDelay: '5' }, 'SELLIA_DRAIN_DELAY'],
  ['--drain-timeout', { drainTimeout: '-1s' }, 'SELLIA_DRAIN_TIMEOUT'],
  ['--resume-grace', { resumeGrace: '25h' }, 'SELLIA_RESUME_GRACE'],
  ['--hold', { hold: 'long' }, 'SELLIA_HOLD'],
])('a wrong %s is usage (2); in its variable it is configuration (3)', (flag, flags, variable) => {
  const refusal = (name: string, exitCode: number): object =>
    expect.objectContaining({ message: expect.stringContaining(`${name}: `), exitCode });
  expect(() => readSettings(flags, {})).toThrow(refusal(flag, 2));
  const [value = ''] = Object.values(flags);
  expect(() => readSettings({}, { [variable]: value })).toThrow(refusal(variable, 3));
});

test('a switch that is neither true nor false is no silent no', () => {
  for (const variable of ['SELLIA_REQUIRE_AUTH', 'SELLIA_USE_HTTPS']) {
    expect(() => readSettings({}, { [variable]: 'yse' })).toThrow(
      expect.objectContaining({ exitCode: 3 }),
    );
    expect(() => readSettings({}, { [variable]: 'false' })).not.toThrow();
  }
});

test('the state is where the system keeps such things', () => {
  const fallback = join(homedir(), '.local', 'state', 'sellia-relay');
  expect(stateFolder({ XDG_STATE_HOME: '/xdg' }, 'linux')).toBe(join('/xdg', 'sellia-relay'));
  expect(stateFolder({ XDG_STATE_HOME: '' }, 'darwin')).toBe(fallback);
  expect(stateFolder({ LOCALAPPDATA: '/local' }, 'win32')).toBe(join('/local', 'sellia-relay'));
  expect(stateFolder({ LOCALAPPDATA: '/local' }, 'linux')).toBe(fallback);
});
