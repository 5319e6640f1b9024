import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { configPath, readConfigFile } from '../src/config-file.ts';
import { chooseRelay as choose, type RelayChoice } from '../src/relay-choice.ts';

let folder: string;
let path: string;
let env: Record<string, string>;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sellia-config-'));
  env = { XDG_CONFIG_HOME: folder };
  path = configPath(env);
  mkdirSync(dirname(path));
});

afterEach(() => rmSync(folder, { recursive: true }));

async function chooseRelay(
  flags: Parameters<typeof choose>[0],
  given: Parameters<typeof choose>[1],
): Promise<RelayChoice> {
  return choose(flags, given, await readConfigFile(configPath(given)));
}

function writeConfig(text: string): void {
  writeFileSync(path, text);
  chmodSync(path, 0o600);
}

test('a flag beats the environment, which beats the file', async () => {
  writeConfig('server: http://file.test\n');
  expect(await chooseRelay({}, env)).toMatchObject({ server: 'http://file.test' });
  env.SELLIA_SERVER = 'https://env.test';
  expect(await chooseRelay({}, env)).toMatchObject({ server: 'https://env.test' });
  expect(await chooseRelay({ server: 'wss://flag.test/' }, env)).toMatchObject({
    server: 'wss://flag.test',
  });
});

test('without any the text names all three ways and how to start a relay', async () => {
  await expect(chooseRelay({}, { ...env, SELLIA_SERVER: '' })).rejects.toMatchObject({
    code: 'SELLIA_NO_RELAY',
    exitCode: 3,
    hints: [
      'name one in any of three ways:',
      expect.stringContaining('--server'),
      expect.stringContaining('SELLIA_SERVER'),
      expect.stringContaining(path),
      expect.stringContaining('sellia-relay'),
      expect.stringContaining('--server http://localhost:3000'),
    ],
  });
});

test.each([
  'localhost:3000',
  'relay.test',
  'ftp://x',
  'http://u:p@x',
  'http://x/path',
  'http://',
  '',
])('the server "%s" is refused: usage as a flag, configuration elsewhere', async (server) => {
  const refusal = { code: 'SELLIA_SERVER_INVALID' };
  await expect(chooseRelay({ server }, env)).rejects.toMatchObject({ ...refusal, exitCode: 2 });
  if (server === '') return;
  await expect(chooseRelay({}, { ...env, SELLIA_SERVER: server })).rejects.toMatchObject({
    ...refusal,
    exitCode: 3,
  });
  writeConfig(`server: "${server}"\n`);
  await expect(chooseRelay({}, env)).rejects.toMatchObject({ ...refusal, exitCode: 3 });
});

test('the key of the file goes to the relay of the file and to no other', async () => {
  writeConfig('server: http://file.test:80\napi_key: from-file\n');
  expect(await chooseRelay({}, env)).toEqual({
    server: 'http://file.test',
    apiKey: 'from-file',
    serverSource: path,
    keySource: path,
    warnings: [],
  });
  expect(await chooseRelay({ server: 'http://file.test' }, env)).toHaveProperty('apiKey');
  expect(await chooseRelay({ server: 'https://file.test' }, env)).not.toHaveProperty('apiKey');
  expect(await chooseRelay({ server: 'http://other.test' }, env)).not.toHaveProperty('apiKey');
});

test('a key on the command line is warned of, one in the environment is not', async () => {
  const named = { ...env, SELLIA_SERVER: 'http://a.test', SELLIA_API_KEY: 'from-env' };
  expect(await chooseRelay({}, named)).toMatchObject({ apiKey: 'from-env', warnings: [] });
  expect(await chooseRelay({ apiKey: 'flag' }, named)).toMatchObject({
    apiKey: 'flag',
    warnings: [expect.stringContaining('SELLIA_API_KEY')],
  });
});

test.each(['', 'a b', 'a\nX-Injected: 1', 'ключ', 'x'.repeat(1025)])(
  'a key that no header could carry is refused: %j',
  async (apiKey) => {
    const server = 'http://a.test';
    await expect(chooseRelay({ server, apiKey }, env)).rejects.toMatchObject({ exitCode: 2 });
  },
);

test.skipIf(process.platform === 'win32')('a key that others can read is warned of', async () => {
  writeConfig('server: http://a.test\napi_key: k\n');
  chmodSync(path, 0o644);
  expect((await chooseRelay({}, env)).warnings).toEqual([expect.stringContaining('chmod 600')]);
});

test.each([
  ['server: [', ':1:10'],
  ['server: a\nserver: b\n', ':2:1'],
  ['server: 5\n', 'server must be text'],
  ['- a\n', 'not a mapping'],
  ['server: *nothing\n', 'Unresolved alias'],
])('a broken file is named with the place: %j', async (text, place) => {
  writeConfig(text);
  await expect(chooseRelay({}, env)).rejects.toMatchObject({
    exitCode: 3,
    message: expect.stringContaining(place),
  });
});

test('an empty file and keys of other commands are fine', async () => {
  writeConfig('');
  await expect(chooseRelay({}, env)).rejects.toMatchObject({ code: 'SELLIA_NO_RELAY' });
  writeConfig('server: http://a.test\ninspector:\n  port: 4040\ntunnels: {}\n');
  expect(await chooseRelay({}, env)).toMatchObject({ server: 'http://a.test' });
});
