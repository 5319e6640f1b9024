import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { endAll, hasSignals, hasTerminal, Running } from '@sellia/terminal/running';
import { afterEach, describe, expect, test } from 'vitest';
import { VERSION } from '../src/version.ts';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

afterEach(() => endAll());

function relay(args: string[], env: Record<string, string> = {}): Running {
  return new Running(main, args, { env });
}

/** The process that it has started, as soon as there is one. */
async function childOf(pid: number): Promise<number> {
  const { stdout } = await promisify(execFile)('pgrep', ['-P', `${pid}`]).catch(() => ({
    stdout: '',
  }));
  return stdout === '' ? childOf(pid) : Number(stdout);
}

/** Not in node's types. */
function descriptorOf(server: Server): number {
  return (Reflect.get(server, '_handle') as { fd: number }).fd;
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

describe.skipIf(!hasSignals)('the end', () => {
  test('M05 with nothing under way it is gone within 200 ms', async () => {
    const program = relay(here);
    const [url] = await program.until(/^http:\/\/127\.0\.0\.1:\d+\n/);
    const agent = new Agent({ keepAlive: true });
    const [answer] = await once(get(`${url.trim()}/health`, { agent }), 'response');
    await once(answer.resume(), 'end');
    await program.until(/listening/, 'stderr');
    program.kill('SIGTERM');
    expect(await program.exited).toBe(0);
    const at = (message: string): number => {
      const line = program.stderr.split('\n').find((text) => text.includes(`"msg":"${message}`));
      return Date.parse(JSON.parse(line ?? '{}').time);
    };
    expect(at('closed') - at('closing')).toBeLessThan(200);
    agent.destroy();
  });

  test('M04 the second signal ends it within a second, whatever is under way', async () => {
    const program = relay([...here, '--drain-delay', '1h']);
    const [url] = await program.until(/^http:\/\/127\.0\.0\.1:\d+\n/);
    program.kill('SIGTERM');
    await program.until(/closing/, 'stderr');
    const health = await fetch(`${url.trim()}/health`);
    expect([health.status, await health.json()]).toEqual([503, { status: 'draining', tunnels: 0 }]);
    const askedAt = performance.now();
    // Not SIGTERM again: so soon it would count as the same one, passed on by a wrapper.
    program.kill('SIGINT');
    expect(await program.exited).toBe(0);
    expect(performance.now() - askedAt).toBeLessThan(1_000);
  });
});

describe('the state folder', () => {
  test('that cannot be written is worth a warning, no more', async () => {
    const program = relay([...here, '--state-dir', join(main, 'state')]);
    await program.until(/^http:/);
    const [line] = await program.until(/.*no lease key is kept.*\n/, 'stderr');
    expect(JSON.parse(line).level).toBe(40);
  });
});

describe.skipIf(!hasSignals)('SIGUSR2', () => {
  test('another process takes its place on the same socket', async () => {
    const program = relay(here);
    const [url] = await program.until(/^http:\/\/127\.0\.0\.1:\d+\n/);
    program.kill('SIGUSR2');
    const [, pid] = await program.until(/"pid":(\d+),"msg":"the successor listens"/, 'stderr');
    try {
      await program.until(/"msg":"closed"/, 'stderr');
      const health = await fetch(`${url.trim()}/health`, { headers: { connection: 'close' } });
      expect(health.status).toBe(200);
      expect(program.stdout).toBe(url);
    } finally {
      process.kill(Number(pid), 'SIGTERM');
    }
    expect(await program.exited).toBe(0);
  });

  test('a successor that does not come up changes nothing', async () => {
    const program = relay(here);
    const [url] = await program.until(/^http:\/\/127\.0\.0\.1:\d+\n/);
    program.kill('SIGUSR2');
    await program.until(/starting a successor/, 'stderr');
    process.kill(await childOf(program.pid), 'SIGKILL');
    await program.until(/the successor has not come up/, 'stderr');
    const health = await fetch(`${url.trim()}/health`);
    expect([health.status, await health.text()]).toEqual([200, '{"status":"ok","tunnels":0}']);
  });
});

test.skipIf(!hasSignals)(
  'a socket that systemd listens on is used in place of the port',
  async () => {
    const socket = createServer().listen(0, '127.0.0.1');
    await once(socket, 'listening');
    const { port } = socket.address() as AddressInfo;
    // systemd names the process that the socket is for; only a shell knows its own number beforehand.
    const state = mkdtempSync(join(tmpdir(), 'sellia-relay-'));
    const script = 'LISTEN_PID=$$ LISTEN_FDS=1 exec "$@"';
    const args = [main, '--port', '1', '--host', '127.0.0.1'];
    const child = spawn('sh', ['-c', script, 'sh', process.execPath, ...args], {
      stdio: ['ignore', 'pipe', 'inherit', descriptorOf(socket)],
      env: { ...process.env, SELLIA_STATE_DIR: state },
    });
    const exited = once(child, 'exit');
    socket.close();
    try {
      const [line] = await once(child.stdout ?? child, 'data');
      expect(String(line)).toBe(`http://127.0.0.1:${port}\n`);
      expect((await fetch(String(line).trim())).status).toBeLessThan(500);
    } finally {
      child.kill('SIGTERM');
    }
    expect((await exited)[0]).toBe(0);
    rmSync(state, { recursive: true });
  },
);

test('SELLIA_USE_HTTPS and --public-url change no socket, only printed URLs', async () => {
  const program = relay(here, { SELLIA_USE_HTTPS: 'true', SELLIA_DOMAIN: 'relay.test' });
  await program.until(/^http:\/\/127\.0\.0\.1:\d+\n/);
});
