import { type AddressInfo, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { endAll, hasSignals, hasTerminal, Running } from '@sellia/terminal/running';
import { afterEach, describe, expect, test } from 'vitest';
import { VERSION } from '../src/version.ts';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

afterEach(() => endAll());

function relay(args: string[], env: Record<string, string> = {}): Running {
  return new Running(main, args, { env });
}

const here = ['--host', '127.0.0.1', '--port', '0'];

test.each([['-v'], ['--version']])('%s prints the version', async (flag) => {
  const program = relay([flag]);
  expect(await program.exited).toBe(0);
  expect(program.stdout).toBe(`Sellia Relay v${VERSION}\n`);
});

test('--help documents flags, variables and exit codes', async () => {
  const program = relay(['--help']);
  expect(await program.exited).toBe(0);
  expect(program.stdout).toMatchSnapshot();
});

test.skipIf(!hasSignals)('stdout is the URL alone; SIGTERM and SIGINT end with 0', async () => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    const program = relay(here);
    const [url] = await program.until(/^http:\/\/127\.0\.0\.1:\d+\n/);
    const answer = await fetch(`${url.trim()}/`, { headers: { connection: 'close' } });
    expect(answer.status).toBeLessThan(500);
    program.kill(signal);
    expect(await program.exited).toBe(0);
    expect(program.stdout).toBe(url);
  }
});

test('an address for all of them is printed as localhost', async () => {
  for (const host of ['0.0.0.0', '::']) {
    const program = relay(['--host', host, '--port', '0']);
    await program.until(/^http:\/\/localhost:\d+\n/);
  }
});

test.skipIf(!hasSignals)('off a terminal the log is JSON on stderr', async () => {
  const program = relay(here);
  await program.until(/listening/, 'stderr');
  await program.until(/^http:/);
  program.kill('SIGTERM');
  await program.exited;
  const lines = program.stderr
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines).toContainEqual(expect.objectContaining({ msg: 'listening', domain: 'localhost' }));
});

test.skipIf(!hasTerminal)('on a terminal (python3) the log is for people', async () => {
  const program = new Running(main, here, { columns: 100, env: { NO_COLOR: '1' } });
  await program.until(/^\[\d\d:\d\d:\d\d\] info {2}listening host=127\.0\.0\.1/m);
  program.type('\x03');
  expect(await program.exited).toBe(0);
});

describe('what keeps it from starting is one line, a hint and an exit code', () => {
  test.each([
    [['--prot', '1'], {}, 2, /^error\[SELLIA_USAGE\]: .*--prot.*\nhint: did you mean --port\?/],
    [['--port', '70000'], {}, 2, /^error\[SELLIA_OPTION_INVALID\]: --port: .*\nhint: /],
    [[], { SELLIA_PORT: 'x' }, 3, /^error\[SELLIA_OPTION_INVALID\]: SELLIA_PORT: .*\nhint: /],
    [['--require-auth'], {}, 3, /^error\[SELLIA_AUTH_WITHOUT_KEY\]: .*\nhint: .*SELLIA_MASTER_KEY/],
    [[], { SELLIA_REQUIRE_AUTH: 'true' }, 3, /^error\[SELLIA_AUTH_WITHOUT_KEY\]/],
    [['--domain', 'not a domain'], {}, 3, /^error\[SELLIA_OPTION_INVALID\]: .*\nhint: /],
    [['--trusted-proxy', '10.0.0.0/99'], {}, 3, /^error\[SELLIA_OPTION_INVALID\]: .*\nhint: /],
    [['--public-url', 'nothing'], {}, 3, /^error\[SELLIA_OPTION_INVALID\]: .*\nhint: /],
    [['--host', '203.0.113.9'], {}, 3, /^error\[SELLIA_ADDRESS_UNAVAILABLE\]: .*\nhint: /],
  ])('%j %o ends with %d', async (args, env: Record<string, string>, code, text) => {
    const program = relay(args, { SELLIA_PORT: '0', ...env });
    expect(await program.exited).toBe(code);
    expect(program.stderr).toMatch(text);
    expect(program.stderr).not.toMatch(/^\s+at /m);
    expect(program.stdout).toBe('');
  });

  test('a port in use', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    const program = relay(['--host', '127.0.0.1', '--port', String(port)]);
    expect(await program.exited).toBe(3);
    expect(program.stderr).toMatch(/^error\[SELLIA_PORT_IN_USE\]: .*\nhint: .*another port/);
    other.close();
  });
});

test('SELLIA_USE_HTTPS and --public-url change no socket, only printed URLs', async () => {
  const program = relay(here, { SELLIA_USE_HTTPS: 'true', SELLIA_DOMAIN: 'relay.test' });
  await program.until(/^http:\/\/127\.0\.0\.1:\d+\n/);
});
