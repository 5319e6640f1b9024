import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { endAll, hasSignals, Running } from '@sellia/terminal/running';
import { afterEach, describe, expect, test } from 'vitest';
import { VERSION } from '../src/version.ts';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

afterEach(() => endAll());

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function sellia(args: string[], env: Record<string, string> = {}): Promise<Ended> {
  const program = new Running(main, args, { env });
  const code = await program.exited;
  const { stdout, stderr } = program;
  expect(stdout + stderr).not.toMatch(/^\s+at /m);
  return { code, stdout, stderr };
}

/** A port that was free just now. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test.each([[['version']], [['-v']], [['--version']]])('%j prints the version', async (args) => {
  expect(await sellia(args)).toEqual({ code: 0, stdout: `Sellia v${VERSION}\n`, stderr: '' });
});

test.each([[[]], [['help']], [['--help']], [['http', '-h']], [['help', 'http']]])(
  '%j prints help on stdout',
  async (args) => {
    const { code, stdout, stderr } = await sellia(args);
    expect(stdout).toContain('sellia http 8080');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  },
);

test('help loads neither the client library nor a configuration parser', async () => {
  const trace = `
    import { registerHooks } from 'node:module';
    registerHooks({ resolve(specifier, context, next) {
      process.stderr.write(specifier + '\\n');
      return next(specifier, context);
    } });`;
  const env = { NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(trace)}` };
  const { stderr } = await sellia(['--help'], env);
  const loaded = stderr.split('\n');
  expect(loaded).toContain('commander');
  const late = ['@sellia/client', '@sellia/session', '@sellia/inspector', 'undici', 'ws', 'yaml'];
  for (const name of [...late, 'fastify', 'zod', 'open', '@sellia/inspector/browser']) {
    expect(loaded).not.toContain(name);
  }
});

describe('wrong usage ends with 2', () => {
  test.each([
    [['htp'], "unknown command 'htp'", 'did you mean http?'],
    [['http', '--sever', 'x'], "unknown option '--sever'", 'did you mean --server?'],
    [['http', '--auth', 'u:p'], "unknown option '--auth'", 'sellia help lists what there is'],
    [['http', '1', '2'], 'too many arguments', 'sellia help lists what there is'],
    [['http', '--server'], "option '--server <url>' argument missing", 'sellia help'],
    [['http', '99999'], 'Cannot forward to "99999"', 'Give a port'],
    [['http', 'http://localhost/a'], 'it holds a path', 'Give a port'],
    [['http', '80', '--server', 'relay.test'], '--server: "relay.test"', 'for example https://'],
    [['http', '80', '--server', 'http://r', '--api-key', 'a b'], '--api-key: a key is', 'copy it'],
  ])('%j', async (args, message, hint) => {
    const { code, stdout, stderr } = await sellia(args);
    expect(stderr).toMatch(/^error\[SELLIA_[A-Z_]+\]: /);
    expect(stderr).toContain(message);
    expect(stderr).toContain(`hint: ${hint}`);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  test('what was typed is escaped', async () => {
    const { stderr } = await sellia(['\x1b[2J\u202e']);
    expect(stderr).toContain("unknown command '\\x1b[2J\\u{202e}'");
  });

  test('with --json it is one line of NDJSON on stdout', async () => {
    const { code, stdout, stderr } = await sellia(['http', '--json', '--bogus']);
    expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({
      v: 1,
      event: 'error',
      tunnel: null,
      code: 'SELLIA_USAGE',
      exitCode: 2,
    });
  });
});

describe('wrong or missing configuration ends with 3', () => {
  test('no relay: three ways to name one, and how to start one', async () => {
    const { code, stdout, stderr } = await sellia(['http', '8080'], { XDG_CONFIG_HOME: '/none' });
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr.split('\n')).toEqual([
      'error[SELLIA_NO_RELAY]: no relay is named, and none is assumed',
      'hint: name one in any of three ways:',
      'hint:   sellia http 8080 --server https://relay.example.com',
      'hint:   SELLIA_SERVER=https://relay.example.com in the environment',
      expect.stringMatching(/^hint: {3}server: https:\/\/relay\.example\.com in .*sellia\.yml$/),
      'hint: or start your own here: sellia-relay --port 3000 --domain localhost',
      'hint:   and then: sellia http 8080 --server http://localhost:3000',
      '',
    ]);
  });

  test('a server in the environment that is none', async () => {
    const { code, stderr } = await sellia(['http', '8080'], { SELLIA_SERVER: 'relay.test' });
    expect(stderr).toContain('error[SELLIA_SERVER_INVALID]: SELLIA_SERVER: "relay.test"');
    expect(code).toBe(3);
  });
});

test('an unreachable relay ends with 5 at once, not with attempts for ever', async () => {
  const server = `http://127.0.0.1:${await freePort()}`;
  const { code, stdout, stderr } = await sellia(['http', '8080', '--server', server]);
  expect(stderr).toMatch(/^error\[SELLIA_RELAY_UNREACHABLE\]: .*nothing listens there/m);
  expect(stderr).toMatch(/^hint: /m);
  expect({ code, stdout }).toEqual({ code: 5, stdout: '' });
});

test('what is no relay ends with 5', async () => {
  const greeting = createServer((socket) => {
    socket.on('error', () => {});
    socket.end('220 mail.test ESMTP\r\n');
  });
  greeting.listen(0, '127.0.0.1');
  await new Promise((resolve) => greeting.once('listening', resolve));
  const { port } = greeting.address() as AddressInfo;
  const { code, stderr } = await sellia(['http', '1', '--server', `http://127.0.0.1:${port}`]);
  greeting.close();
  expect(stderr).toMatch(/^error\[SELLIA_NOT_A_RELAY\]: /m);
  expect(code).toBe(5);
});

test('--require-local ends with 7 when nothing answers, before the relay hears of it', async () => {
  const port = String(await freePort());
  const args = ['http', port, '--require-local', '--server', 'http://127.0.0.1:1'];
  const { code, stdout, stderr } = await sellia(args);
  expect(stderr).toContain(
    `error[SELLIA_UPSTREAM_UNREACHABLE]: nothing answers at http://localhost:${port}`,
  );
  expect({ code, stdout }).toEqual({ code: 7, stdout: '' });
});

test.skipIf(!hasSignals)('a Ctrl-C before the tunnel is up ends with 130', async () => {
  const silent = createServer((socket) => socket.on('error', () => {}));
  silent.listen(0, '127.0.0.1');
  await new Promise((resolve) => silent.once('listening', resolve));
  const { port } = silent.address() as AddressInfo;
  const dialed = new Promise((resolve) => silent.once('connection', resolve));
  const program = new Running(main, ['http', '1', '--server', `http://127.0.0.1:${port}`]);
  await dialed;
  program.kill('SIGINT');
  expect(await program.exited).toBe(130);
  silent.close();
});

test('a reader that leaves early is no crash', async () => {
  const program = new Running(main, ['--help']);
  program.stopReading();
  await program.exited;
  expect(program.stderr).toBe('');
});
