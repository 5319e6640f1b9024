import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { configPath, readConfigFile } from '../../src/config-file.ts';
import {
  chooseInspector,
  type InspectorChoice,
  type InspectorFlags,
} from '../../src/inspection/inspector-choice.ts';

let folder: string;
let env: Record<string, string>;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sellia-config-'));
  env = { XDG_CONFIG_HOME: folder };
});
afterEach(() => rmSync(folder, { recursive: true }));

async function choose(flags: InspectorFlags = {}): Promise<InspectorChoice | undefined> {
  return chooseInspector(flags, env, await readConfigFile(configPath(env)));
}

function writeConfig(text: string): void {
  const path = configPath(env);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  chmodSync(path, 0o600);
}

test('by default it runs, at the usual port, for this machine, with figures of WebSockets', async () => {
  expect(await choose()).toEqual({
    port: undefined,
    isOpened: false,
    socketLevel: 'stats',
    allowedHosts: [],
    isStrict: false,
  });
});

test('a flag beats the environment, which beats the file', async () => {
  writeConfig('inspector:\n  port: 5001\n  ws: messages\n  allow_hosts: [a.test, .B.test]\n');
  expect(await choose()).toMatchObject({
    port: 5001,
    socketLevel: 'messages',
    allowedHosts: ['a.test', '.b.test'],
  });
  env.SELLIA_INSPECTOR_PORT = '5002';
  env.SELLIA_INSPECT_WS = 'full';
  env.SELLIA_INSPECTOR_ALLOW_HOST = 'c.test, d.test';
  expect(await choose()).toMatchObject({
    port: 5002,
    socketLevel: 'full',
    allowedHosts: ['c.test', 'd.test'],
  });
  const flags = { inspectorPort: '0', inspectWs: 'stats', inspectorAllowHost: ['e.test'] };
  expect(await choose(flags)).toMatchObject({
    port: 0,
    socketLevel: 'stats',
    allowedHosts: ['e.test'],
  });
});

test('it is turned off and on, opened and made strict, by each of the three', async () => {
  writeConfig('inspector:\n  enabled: false\n  open: true\n  strict: yes\n');
  expect(await choose()).toBeUndefined();
  env.SELLIA_INSPECTOR = 'on';
  expect(await choose()).toMatchObject({ isOpened: true, isStrict: true });
  expect(await choose({ inspector: false })).toBeUndefined();
  env.SELLIA_INSPECTOR = 'off';
  expect(await choose()).toBeUndefined();
  env.SELLIA_INSPECTOR_OPEN = '0';
  env.SELLIA_INSPECTOR_STRICT = 'off';
  expect(await choose({ inspector: true })).toMatchObject({ isOpened: false, isStrict: false });
  const flags = { inspector: true, open: true, inspectorStrict: true };
  expect(await choose(flags)).toMatchObject({ isOpened: true, isStrict: true });
});

describe('what is wrong is said, with where it stands', () => {
  test.each([
    [{ inspectorPort: '65536' }, '--inspector-port: "65536" is no port'],
    [{ inspectorPort: '' }, '--inspector-port: "" is no port'],
    [{ inspectWs: 'all' }, '--inspect-ws: "all" is no level'],
    [
      { inspectorAllowHost: ['a.test', '8080'] },
      '--inspector-allow-host: "a.test,8080" is no host',
    ],
    [{ inspectorAllowHost: ['http://a.test'] }, 'is no host'],
  ])('flags %j', async (flags, message) => {
    await expect(choose(flags)).rejects.toMatchObject({
      message: expect.stringContaining(message),
      exitCode: 2,
    });
  });

  test.each([
    ['SELLIA_INSPECTOR', 'maybe', 'SELLIA_INSPECTOR: "maybe" is neither on nor off'],
    ['SELLIA_INSPECTOR', 'constructor', 'is neither on nor off'],
    ['SELLIA_INSPECTOR_PORT', '-1', 'SELLIA_INSPECTOR_PORT: "-1" is no port'],
    ['SELLIA_INSPECT_WS', 'FULL', 'is no level'],
  ])('variables: %s=%s', async (name, value, message) => {
    env[name] = value;
    await expect(choose()).rejects.toMatchObject({
      message: expect.stringContaining(message),
      exitCode: 3,
    });
  });

  test.each([
    ['inspector: true', 'sellia.yml: inspector is not a mapping'],
    ['inspector: [port]', 'sellia.yml: inspector is not a mapping'],
    ['inspector:\n  prot: 1', 'sellia.yml: inspector has no "prot" (enabled, port, '],
    ['inspector:\n  port: {a: 1}', 'inspector.port must be a text, a number or a list of texts'],
    ['inspector:\n  port: many', 'inspector.port: "many" is no port'],
    ['inspector:\n  enabled: perhaps', 'inspector.enabled: "perhaps" is neither on nor off'],
  ])('file: %j', async (text, message) => {
    writeConfig(text);
    await expect(choose()).rejects.toMatchObject({
      message: expect.stringContaining(message),
      exitCode: 3,
    });
  });
});
