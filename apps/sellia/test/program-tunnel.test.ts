import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { endAll, hasSignals, hasTerminal, Running } from '@sellia/terminal/running';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { LocalApp } from './local-app.ts';
import { echo, sendRaw, visit } from './visitor.ts';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const relayMain = createRequire(import.meta.url).resolve('sellia-relay/main');

const relayArgs = ['--host', '127.0.0.1', '--port', '0'];
const openRelay = new Running(relayMain, relayArgs);
const keyRelay = new Running(relayMain, [...relayArgs, '--master-key', 'right']);

let open: string;
let keyed: string;
let app: LocalApp;
let appPort: string;

beforeAll(async () => {
  [open] = await openRelay.until(/^http:\S+(?=\n)/);
  [keyed] = await keyRelay.until(/^http:\S+(?=\n)/);
});

beforeEach(async () => {
  app = new LocalApp();
  appPort = String(await app.listen());
});

afterEach(async () => {
  await endAll(openRelay, keyRelay);
  app.close();
});

afterAll(() => endAll());

function sellia(args: string[], env: Record<string, string> = {}): Running {
  return new Running(main, args, { env: { SELLIA_INSPECTOR: 'off', ...env } });
}

async function startTunnel(server: string, ...args: string[]): Promise<[Running, string]> {
  const program = sellia(['http', appPort, '--server', server, ...args]);
  const [url] = await program.until(/http:[^"\s]+(?="|\n)/);
  return [program, url];
}

function events(program: Running): Record<string, unknown>[] {
  return program.stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

describe('off a terminal', () => {
  test.skipIf(!hasSignals)(
    'stdout is exactly the URL; requests are told on stderr; Ctrl-C ends with 0',
    async () => {
      const [program, url] = await startTunnel(open, '--subdomain', 'plain');
      expect(url).toMatch(/^http:\/\/plain\.localhost:\d+$/);
      expect(await visit(url, '/path?q=1')).toEqual({ status: 200, text: 'GET /path?q=1' });
      await program.until(/^\[\d\d:\d\d:\d\d\] GET \/path\?q=1 200 \d+ms$/m, 'stderr');
      expect(await echo(url, '/socket', 'hello')).toBe('hello');
      await program.until(/^\[\d\d:\d\d:\d\d\] WS open \/socket$/m, 'stderr');
      await program.until(/WS close 1000 \/socket \d+ms up \d+B down \d+B$/m, 'stderr');
      program.kill('SIGINT');
      expect(await program.exited).toBe(0);
      expect(program.stdout).toBe(`${url}\n`);
      expect(program.stderr).toContain(`Forwards to http://localhost:${appPort} (answers)`);
      expect(program.stderr).toContain('press Ctrl-C again to quit now');
      expect(program.stderr).not.toMatch(/[^\P{Cc}\n]|error|warning/u);
    },
  );

  test('with --quiet no request is told', async () => {
    const [program, url] = await startTunnel(open, '--subdomain', 'quiet', '--quiet');
    expect((await visit(url, '/path')).status).toBe(200);
    program.kill('SIGTERM');
    await program.exited;
    expect(program.stderr).toContain('Public URL');
    expect(program.stderr).not.toContain('/path');
  });

  test('the environment names the relay, a bare port is a tunnel, the name is random', async () => {
    const program = sellia([appPort], { SELLIA_SERVER: open });
    const [url] = await program.until(/^http:\/\/[a-z0-9]{12}\.localhost:\d+$/m);
    expect((await visit(url)).status).toBe(200);
  });

  test('the local server gets the Host that was asked for', async () => {
    const [, url] = await startTunnel(open);
    expect((await visit(url, '/host')).text).toBe(new URL(url).host);
    const [, upstream] = await startTunnel(open, '--host-header', 'upstream');
    expect((await visit(upstream, '/host')).text).toBe(`localhost:${appPort}`);
    const [, fixed] = await startTunnel(open, '--host-header', 'app.test');
    expect((await visit(fixed, '/host')).text).toBe('app.test');
  });

  test('when the local server is away, the banner and the request line say so', async () => {
    const [program, url] = await startTunnel(open);
    app.close();
    expect((await visit(url)).status).toBe(502);
    await program.until(/GET \/ 502 \d+ms SELLIA_UPSTREAM_REFUSED$/m, 'stderr');
    const late = sellia([
      'http',
      appPort,
      '--server',
      program.stderr.match(/Relay\s+(\S+)/)?.[1] ?? '',
    ]);
    await late.until(/nothing answers there yet/, 'stderr');
  });

  test('no byte of a visitor reaches the terminal as a control', async () => {
    const [program, url] = await startTunnel(open);
    const { host } = new URL(url);
    for (const path of ['/\x9b31m', '/\xe2\x80\xae', '/\x1b[2J', '/\xc2\x9b']) {
      await sendRaw(url, `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    }
    await visit(url, '/last');
    await program.until(/\/last 200/, 'stderr');
    expect(program.stderr).not.toMatch(/[^\P{Cc}\n]|\p{Cf}/u);
  });
});

test.skipIf(!hasSignals)('--json tells everything as NDJSON', async () => {
  const [program, url] = await startTunnel(open, '--subdomain', 'json', '--json');
  await visit(url, '/one');
  await program.until(/"event":"request"/);
  await echo(url, '/two', 'hello');
  await program.until(/"event":"ws.close"/);
  program.kill('SIGTERM');
  expect(await program.exited).toBe(0);
  expect(program.stderr).toBe('');
  const told = events(program);
  for (const event of told) {
    expect(event).toMatchObject({ v: 1, time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) });
  }
  expect(told).toMatchObject([
    { event: 'status', status: 'connecting', tunnel: null },
    { event: 'ready', tunnel: 'json', url, target: `http://localhost:${appPort}` },
    { event: 'request', tunnel: 'json', method: 'GET', path: '/one', status: 200, code: null },
    { event: 'ws.open', path: '/two' },
    { event: 'ws.close', path: '/two', bytesIn: expect.any(Number) },
    { event: 'status', status: 'draining' },
    { event: 'status', status: 'closed' },
  ]);
});

test('with --json a reader that leaves ends the tunnel in order', async () => {
  const [program, url] = await startTunnel(open, '--json');
  program.stopReading();
  await visit(url);
  expect(await program.exited).toBe(0);
  expect(program.stderr).toBe('');
});

describe.skipIf(!hasSignals)('the first Ctrl-C drains', () => {
  test('a running request still gets its answer', async () => {
    const [program, url] = await startTunnel(open);
    const answer = visit(url, '/held');
    const held = await app.nextHeld();
    program.kill('SIGINT');
    await program.until(/draining: 1 exchange still running; press Ctrl-C again/, 'stderr');
    held.end('late');
    expect(await answer).toEqual({ status: 200, text: 'late' });
    expect(await program.exited).toBe(0);
  });

  test('the second ends it at once with 130', async () => {
    const [program, url] = await startTunnel(open);
    const answer = visit(url, '/held').catch(() => undefined);
    await app.nextHeld();
    program.kill('SIGINT');
    await program.until(/draining/, 'stderr');
    program.kill('SIGTERM');
    expect(await program.exited).toBe(130);
    await answer;
  });
});

describe.skipIf(!hasSignals)('a relay that is asked to end', () => {
  test('lets a running request finish and ends with 0', async () => {
    const relay = new Running(relayMain, relayArgs);
    const [server] = await relay.until(/^http:\S+(?=\n)/);
    const [program, url] = await startTunnel(server);
    const answer = visit(url, '/held');
    const held = await app.nextHeld();
    relay.kill('SIGTERM');
    await relay.until(/closing; another signal/, 'stderr');
    held.end('late');
    expect(await answer).toEqual({ status: 200, text: 'late' });
    expect(await relay.exited).toBe(0);
    await program.until(/reconnecting: /, 'stderr');
  });

  test('waits no longer when it is asked twice', async () => {
    const relay = new Running(relayMain, relayArgs);
    const [server] = await relay.until(/^http:\S+(?=\n)/);
    const [, url] = await startTunnel(server);
    const answer = visit(url, '/held').catch(() => undefined);
    await app.nextHeld();
    relay.kill('SIGTERM');
    await relay.until(/closing; another signal/, 'stderr');
    relay.kill('SIGINT');
    expect(await relay.exited).toBe(0);
    expect(relay.stderr).not.toContain('"msg":"closed"');
    await answer;
  });
});

describe('what the relay refuses', () => {
  test.each([
    ['a wrong key', { SELLIA_API_KEY: 'wrong' }],
    ['no key', {}],
  ])('%s ends with 4', async (_name, env: Record<string, string>) => {
    const program = sellia(['http', appPort, '--server', keyed], env);
    expect(await program.exited).toBe(4);
    expect(program.stderr).toMatch(/^error\[SELLIA_UNAUTHORIZED\]: .*\nhint: .*SELLIA_API_KEY/m);
    expect(program.stdout).toBe('');
  });

  test('the right key is taken; on the command line it is warned of', async () => {
    const [program, url] = await startTunnel(keyed, '--api-key', 'right');
    expect((await visit(url)).status).toBe(200);
    expect(program.stderr).toMatch(/^warning: --api-key .*SELLIA_API_KEY$/m);
  });

  test.each([
    ['a taken name', 'SELLIA_NAME_TAKEN', 'taken'],
    ['an invalid name', 'SELLIA_NAME_INVALID', '-a-'],
    ['a reserved name', 'SELLIA_NAME_RESERVED', 'admin'],
  ])('%s ends with 6', async (_name, code, name) => {
    await startTunnel(open, '--subdomain', 'taken');
    const program = sellia(['http', appPort, '--server', open, `--subdomain=${name}`]);
    expect(await program.exited).toBe(6);
    expect(program.stderr).toMatch(new RegExp(`^error\\[${code}\\]: .*\nhint: `, 'm'));
    expect(program.stdout).toBe('');
  });

  test('with --json the refusal is an event', async () => {
    const program = sellia(['http', appPort, '--server', keyed, '--json']);
    expect(await program.exited).toBe(4);
    expect(events(program).at(-1)).toMatchObject({ event: 'error', exitCode: 4 });
    expect(program.stderr).toBe('');
  });
});

test('a relay that restarts is found again, and the URL stays', async () => {
  const relay = new Running(relayMain, ['--host', '127.0.0.1', '--port', '0']);
  const [server] = await relay.until(/^http:\S+(?=\n)/m);
  const [program, url] = await startTunnel(server, '--subdomain', 'stays');
  relay.kill('SIGKILL');
  await relay.exited;
  await program.until(/^\[.*\] reconnecting: /m, 'stderr');
  const again = new Running(relayMain, ['--host', '127.0.0.1', '--port', new URL(server).port]);
  await again.until(/^http:/m);
  await program.until(new RegExp(`connected: again after \\S+, still ${url}$`, 'm'), 'stderr');
  expect((await visit(url)).status).toBe(200);
  expect(program.stdout).toBe(`${url}\n`);
});

describe('when the relay is lost', () => {
  async function lostRelay(...args: string[]): Promise<[Running, string]> {
    const relay = new Running(relayMain, relayArgs);
    const [server] = await relay.until(/^http:\S+(?=\n)/m);
    const [program] = await startTunnel(server, ...args);
    relay.kill('SIGKILL');
    await relay.exited;
    return [program, server];
  }

  test.skipIf(!hasSignals)('a Ctrl-C ends the program with 0', async () => {
    const [program] = await lostRelay();
    await program.until(/reconnecting: .* \(attempt \d+, next try in \S+\)/, 'stderr');
    program.kill('SIGINT');
    expect(await program.exited).toBe(0);
  });

  test('and comes back with keys, the program ends with 4', async () => {
    const [program, server] = await lostRelay();
    const { port } = new URL(server);
    new Running(relayMain, ['--host', '127.0.0.1', '--port', port, '--master-key', 'right']);
    expect(await program.exited).toBe(4);
    expect(program.stderr).toMatch(/^error\[SELLIA_UNAUTHORIZED\]: /m);
  });

  test('with --json each attempt is an event, and so is the return', async () => {
    const [program, server] = await lostRelay('--json');
    await program.until(/"status":"reconnecting".*"attempt":2,"nextTryMs":\d+/);
    const { port } = new URL(server);
    const again = new Running(relayMain, ['--host', '127.0.0.1', '--port', port]);
    await again.until(/^http:/m);
    await program.until(/"status":"connected".*"awayMs":\d+/);
  });
});

describe('a local server that refuses connections', () => {
  test('is 502 at once, and served without a restart once it listens (K18)', async () => {
    const [program, url] = await startTunnel(open);
    app.close();
    expect((await visit(url)).status).toBe(502);
    app = new LocalApp();
    await app.listen(Number(appPort));
    expect(await visit(url, '/now')).toEqual({ status: 200, text: 'GET /now' });
    expect(program.stderr).not.toContain('error');
  });

  test.each([
    ['--wait-upstream', ['--wait-upstream', '10s'], {}],
    ['SELLIA_WAIT_UPSTREAM', [], { SELLIA_WAIT_UPSTREAM: '10s' }],
  ])('is waited for with %s', async (_name, args, env: Record<string, string>) => {
    app.close();
    const program = sellia(['http', appPort, '--server', open, ...args], env);
    const [url] = await program.until(/^http:\S+(?=\n)/m);
    const answer = visit(url, '/patient');
    app = new LocalApp();
    await app.listen(Number(appPort));
    expect(await answer).toEqual({ status: 200, text: 'GET /patient' });
  });
});

describe('a program that starts again', () => {
  async function crash(program: Running): Promise<void> {
    program.kill('SIGKILL');
    await program.exited;
  }

  test('after a crash has its random name at once; another target has its own', async () => {
    const [program, url] = await startTunnel(open);
    await crash(program);
    const [again, same] = await startTunnel(open);
    expect(same).toBe(url);
    expect((await visit(url)).status).toBe(200);
    expect(again.stderr).not.toMatch(/warning|error/);
    const other = sellia(['http', `127.0.0.1:${appPort}`, '--server', open]);
    const [theirs] = await other.until(/^http:\S+(?=\n)/m);
    expect(theirs).not.toBe(url);
  });

  test('beside a running one gets another name, and both keep theirs', async () => {
    const [first, urlOfFirst] = await startTunnel(open);
    const [second, urlOfSecond] = await startTunnel(open);
    expect(urlOfSecond).not.toBe(urlOfFirst);
    expect((await visit(urlOfFirst)).status).toBe(200);
    await Promise.all([crash(first), crash(second)]);
    const [, one] = await startTunnel(open);
    const [, two] = await startTunnel(open);
    expect([one, two].sort()).toEqual([urlOfFirst, urlOfSecond].sort());
  });

  test('after a crash has the name it asks for at once; while it lives another has not', async () => {
    const [program] = await startTunnel(open, '--subdomain', 'crashes');
    await crash(program);
    const [, url] = await startTunnel(open, '--subdomain', 'crashes');
    expect((await visit(url)).status).toBe(200);
    const thief = sellia(['http', appPort, '--server', open, '--subdomain', 'crashes']);
    expect(await thief.exited).toBe(6);
    expect((await visit(url)).status).toBe(200);
  });

  test('with --no-remember neither keeps nor uses a name', async () => {
    const [program, url] = await startTunnel(open, '--no-remember');
    await crash(program);
    const [again, other] = await startTunnel(open);
    expect(other).not.toBe(url);
    await crash(again);
    const [, third] = await startTunnel(open, '--no-remember');
    expect(third).not.toBe(other);
  });

  test.skipIf(!hasSignals)('gets a new name when the relay gives the old one away', async () => {
    const [program, url] = await startTunnel(open);
    program.kill('SIGINT');
    expect(await program.exited).toBe(0);
    const name = new URL(url).hostname.split('.')[0] ?? '';
    const owner = sellia(['http', appPort, '--server', open, '-s', name, '--no-remember']);
    await owner.until(/^http:\S+(?=\n)/m);
    const [again, other] = await startTunnel(open);
    expect(other).not.toBe(url);
    expect(again.stderr).not.toMatch(/warning|error/);
    expect((await visit(url)).status).toBe(200);
  });

  test('warns of a broken memory and goes on', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sellia-state-'));
    writeFileSync(join(folder, 'leases.json'), '{');
    const env = { SELLIA_STATE_DIR: folder };
    const program = sellia(['http', appPort, '--server', open], env);
    const [url] = await program.until(/^http:\S+(?=\n)/m);
    expect((await visit(url)).status).toBe(200);
    expect(program.stderr).toMatch(/^warning: names are not remembered: .*leases\.json: /m);
    rmSync(folder, { recursive: true });
  });
});

describe.skipIf(!hasTerminal)('on a terminal (python3)', () => {
  test('a lost link has one line that is drawn again, then one that says it is back', async () => {
    const relay = new Running(relayMain, relayArgs);
    const [server] = await relay.until(/^http:\S+(?=\n)/m);
    const program = new Running(main, ['http', appPort, '--server', server], { columns: 70 });
    await program.until(/Press Ctrl-C to stop/);
    relay.kill('SIGKILL');
    await relay.exited;
    await program.until(/reconnecting: [^\n]*\(attempt 1, [^\n]*\r *\r[^\n]*\(attempt 2, /);
    const again = new Running(relayMain, ['--host', '127.0.0.1', '--port', new URL(server).port]);
    await again.until(/^http:/m);
    await program.until(/\r *\r[^\n]*connected: [^\n]*again after \S+, still http:\S+/);
    const [lines] = program.stdout.split('connected: ');
    expect(lines?.match(/reconnecting/g)?.length).toBeGreaterThan(1);
    expect(lines?.split('\n').filter((line) => line.includes('reconnecting')).length).toBe(1);
  });

  test('the banner, then a line for each request; Ctrl-C ends with 0', async () => {
    const args = ['http', appPort, '--server', open, '--subdomain', 'tty'];
    const program = new Running(main, args, { columns: 70 });
    const [url] = await program.until(/http:\/\/tty\.localhost:\d+/);
    await program.until(/Press Ctrl-C to stop/);
    expect(program.stdout).toContain(`\x1b]8;;${url}\x1b\\`);
    await visit(url, `/${'x'.repeat(500)}`);
    const [line] = await program.until(/^.*GET.*200.*ms.*$/m);
    const shown = line.replaceAll(/\p{Cc}\[\d+m/gu, '').trimEnd();
    expect(shown).toMatch(/^\[\d\d:\d\d:\d\d\] GET \/x+…x+ 200 \d+ms$/);
    expect(shown.length).toBeLessThanOrEqual(70);
    program.type('\x03');
    expect(await program.exited).toBe(0);
    expect(program.stdout).toMatch(/draining: .*press Ctrl-C again to quit now/);
  });

  test('two Ctrl-C while a request runs end with 130', async () => {
    const program = new Running(main, ['http', appPort, '--server', open], { columns: 80 });
    const [url] = await program.until(/http:\/\/[a-z0-9]{12}\.localhost:\d+/);
    const answer = visit(url, '/held').catch(() => undefined);
    await app.nextHeld();
    program.type('\x03');
    await program.until(/draining/);
    const again = setInterval(() => program.type('\x03'), 50);
    expect(await program.exited).toBe(130);
    clearInterval(again);
    await answer;
  });

  test('NO_COLOR and TERM=dumb leave no escape', async () => {
    for (const env of [{ NO_COLOR: '1' }, { TERM: 'dumb' }]) {
      const args = ['http', appPort, '--server', open];
      const program = new Running(main, args, { columns: 80, env });
      await program.until(/Press Ctrl-C to stop/);
      expect(program.stdout).not.toContain('\x1b');
    }
  });
});

test.skipIf(process.platform === 'win32')('a socket path is a target', async () => {
  const { createServer } = await import('node:http');
  const path = fileURLToPath(new URL(`./app-${process.pid}.sock`, import.meta.url));
  const server = createServer((_request, response) => response.end('by socket')).listen(path);
  await once(server, 'listening');
  const program = sellia(['http', `unix:${path}`, '--server', open]);
  const [url] = await program.until(/^http:\S+(?=\n)/m);
  expect(await visit(url)).toEqual({ status: 200, text: 'by socket' });
  server.close();
});
