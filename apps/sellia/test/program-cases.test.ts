/** The program among hostile files, impatient users and readers that leave. */
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { endAll, hasSignals, Running } from '@sellia/terminal/running';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { LocalApp } from './local-app.ts';
import { visit } from './visitor.ts';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const relayMain = createRequire(import.meta.url).resolve('sellia-relay/main');
const relay = new Running(relayMain, [
  '--host',
  '127.0.0.1',
  '--port',
  '0',
  '--master-key',
  'key-of-relay',
]);

let server: string;
let app: LocalApp;
let port: string;
let home: string;
const key = { SELLIA_API_KEY: 'key-of-relay' };

beforeAll(async () => {
  [server] = await relay.until(/^http:\S+(?=\n)/);
});
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'sellia-cases-'));
  app = new LocalApp();
  port = String(await app.listen());
});
afterEach(async () => {
  await endAll(relay);
  app.close();
  rmSync(home, { recursive: true });
});
afterAll(() => endAll());

function sellia(args: string[], env: Record<string, string> = {}): Running {
  const state = join(home, 'state');
  return new Running(main, args, {
    env: { SELLIA_STATE_DIR: state, SELLIA_INSPECTOR_PORT: '0', XDG_CONFIG_HOME: home, ...env },
  });
}

/** A tunnel with its inspector, named in the state folder. */
async function opened(): Promise<Running> {
  const program = sellia(['http', port, '--server', server], key);
  await program.until(/Inspector +http:\S+/, 'stderr');
  return program;
}

test.skipIf(!hasSignals)(
  'J20: what is kept of tunnels is for the user alone, whatever the umask',
  async () => {
    const before = process.umask(0);
    const program = await opened().finally(() => process.umask(before));
    const kept = readdirSync(join(home, 'state'), { recursive: true, withFileTypes: true });
    expect(kept.some((entry) => entry.isFile())).toBe(true);
    for (const entry of kept) {
      const { mode } = statSync(join(entry.parentPath, entry.name));
      expect([entry.name, mode & 0o777]).toEqual([entry.name, entry.isFile() ? 0o600 : 0o700]);
    }
    program.kill('SIGINT');
    expect(await program.exited).toBe(0);
  },
);

test.skipIf(process.platform !== 'linux')('J22: no list of processes shows the key', async () => {
  const { pid } = await opened();
  const shown = readFileSync(`/proc/${pid}/cmdline`, 'latin1').split('\0');
  expect(shown).toContain('http');
  expect(shown.join(' ')).not.toContain(key.SELLIA_API_KEY);
  expect(readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1')).toBe('');
});

describe('J23: a hostile configuration file', () => {
  const layers = Array.from(
    { length: 30 },
    (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}, *a${i}]`,
  );
  test.each([
    ['aliases that multiply', `a0: &a0 [x]\n${layers.join('\n')}\n`, 3],
    ['ten megabytes', `server: "${'x'.repeat(10 * 1024 * 1024)}"\n`, 3],
    ['a prototype', '__proto__: { server: http://127.0.0.1:9 }\nconstructor: 1\n', 3],
  ])('%s ends with a word and no hang', async (_what, text, exitCode) => {
    mkdirSync(join(home, 'sellia'));
    writeFileSync(join(home, 'sellia', 'sellia.yml'), text, { mode: 0o600 });
    const program = sellia(['http', port]);
    expect(await program.exited).toBe(exitCode);
    expect(program.stderr).toMatch(/^error\[SELLIA_\w+\]: /m);
    expect(program.stderr).not.toMatch(/^ +at /m);
  });
});

test.each([
  ['usage', ['--nothing'], key, 2],
  ['a wrong key', [], { SELLIA_API_KEY: 'wrong' }, 4],
  ['a name that nobody may have', ['--subdomain', 'a.b'], key, 6],
  ['no relay', ['--server', 'http://127.0.0.1:9'], key, 5],
])('J25: %s has an exit code of its own', async (_what, args, env, exitCode) => {
  const program = sellia(['http', port, '--server', server, ...args], env);
  expect(await program.exited).toBe(exitCode);
});

test.skipIf(!hasSignals)('J26: one signal drains what runs, a second one ends it', async () => {
  const program = await opened();
  const [url] = await program.until(/^http:\S+/m);
  const answer = visit(url, '/held').catch(() => undefined);
  await app.nextHeld();
  program.kill('SIGINT');
  await program.until(/press Ctrl-C again/, 'stderr');
  // Two that come together are one: some launchers pass on what the terminal sent already.
  const again = setInterval(() => program.kill('SIGINT'), 50);
  expect(await program.exited).toBe(130);
  clearInterval(again);
  await answer;
});

test('J30: a reader that leaves ends the tunnel without a word of its own', async () => {
  const program = await opened();
  program.stopReading();
  const [, url = ''] = await program.until(/Public URL +(http:\S+)/, 'stderr');
  await visit(url, '/');
  program.kill('SIGTERM');
  expect([0, 143]).toContain(await program.exited);
  expect(program.stderr).not.toMatch(/EPIPE|^ +at /m);
});
