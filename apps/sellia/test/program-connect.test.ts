import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { endAll, hasSignals, hasTerminal, Running } from '@sellia/terminal/running';
import { afterEach, describe, expect, test } from 'vitest';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const relayMain = createRequire(import.meta.url).resolve('sellia-relay/main');

const doors: Server[] = [];

afterEach(async () => {
  await endAll();
  for (const door of doors.splice(0)) door.close();
});

/** What a relay, or a proxy before one, answers to clients; `retryAfter` in seconds. */
async function startDoor(status: number, retryAfter: number): Promise<Server> {
  const door = createServer();
  door.on('upgrade', (_request, socket) => {
    socket.on('error', () => {});
    const lines = `Retry-After: ${retryAfter}\r\nContent-Length: 0\r\nConnection: close`;
    socket.end(`HTTP/1.1 ${status} X\r\n${lines}\r\n\r\n`);
  });
  door.listen(0, '127.0.0.1');
  await once(door, 'listening');
  doors.push(door);
  return door;
}

/** In the place of `door`, which lets go of its port. */
async function startRelayAt(door: Server, ...args: string[]): Promise<Running> {
  const { port } = door.address() as AddressInfo;
  await new Promise((resolve) => door.close(resolve));
  const relay = new Running(relayMain, ['--host', '127.0.0.1', '--port', `${port}`, ...args]);
  await relay.until(/^http:/m);
  return relay;
}

function connect(door: Server, args: string[] = [], columns?: number): Running {
  const { port } = door.address() as AddressInfo;
  const command = ['http', '1', '--server', `http://127.0.0.1:${port}`, ...args];
  return new Running(main, command, columns === undefined ? {} : { columns });
}

const WAITING =
  /^\[[\d:]+\] connecting: The relay at 127\.0\.0\.1:\d+ takes no clients now \(HTTP 503\) \(attempt 2, next try in \S+\)$/m;

describe('a relay that is busy at first', () => {
  test('is waited for, also while it is away, and then there is a tunnel', async () => {
    const door = await startDoor(503, 1);
    const program = connect(door);
    await program.until(WAITING, 'stderr');
    expect(program.stdout).toBe('');
    await startRelayAt(door);
    const [url] = await program.until(/^http:\S+(?=\n)/m);
    expect(program.stdout).toBe(`${url}\n`);
    await program.until(/Public URL/, 'stderr');
    expect(program.stderr).not.toContain('error');
  });

  test('with --json each further attempt is an event', async () => {
    const door = await startDoor(429, 1);
    const program = connect(door, ['--json']);
    await program.until(/"status":"connecting".*"attempt":2,"nextTryMs":\d{4}/);
    await startRelayAt(door);
    await program.until(/"event":"ready"/);
    expect(program.stderr).toBe('');
  });

  test('and then wants a key ends the program with 4', async () => {
    const door = await startDoor(503, 1);
    const program = connect(door);
    await program.until(WAITING, 'stderr');
    await startRelayAt(door, '--master-key', 'right');
    expect(await program.exited).toBe(4);
    expect(program.stderr).toMatch(/^error\[SELLIA_UNAUTHORIZED\]: /m);
    expect(program.stdout).toBe('');
  });

  test('and then does not give the name ends the program with 6', async () => {
    const door = await startDoor(503, 1);
    const program = connect(door, ['--subdomain', 'admin']);
    await program.until(WAITING, 'stderr');
    await startRelayAt(door);
    expect(await program.exited).toBe(6);
    expect(program.stderr).toMatch(/^error\[SELLIA_NAME_RESERVED\]: /m);
  });

  test.skipIf(!hasSignals)('a Ctrl-C ends the wait at once with 130', async () => {
    const program = connect(await startDoor(503, 3_600));
    await program.until(WAITING, 'stderr');
    program.kill('SIGINT');
    expect(await program.exited).toBe(130);
    expect(program.stdout).toBe('');
  });

  test.skipIf(!hasTerminal)(
    'a terminal has one line for it, until the banner (python3)',
    async () => {
      const door = await startDoor(503, 1);
      const program = connect(door, [], 120);
      await program.until(/connecting: The relay at [^\n]* \(attempt 2, next try in \ds\)/);
      await startRelayAt(door);
      await program.until(/Press Ctrl-C to stop/);
      const lines = program.stdout.split('\n');
      expect(lines.filter((line) => line.includes('connecting: ')).length).toBe(1);
      // Erased before the banner, whose first line is empty.
      expect(program.stdout).toMatch(/ \r\r?\n[^\n]*Public URL/);
      program.type('\x03');
      expect(await program.exited).toBe(0);
    },
  );

  test.skipIf(!hasTerminal)('a Ctrl-C at a terminal ends the wait with 130 (python3)', async () => {
    const program = connect(await startDoor(503, 3_600), [], 120);
    await program.until(/connecting: The relay at [^\n]* \(attempt 2, /);
    program.type('\x03');
    expect(await program.exited).toBe(130);
  });
});

describe('a relay that is not there at first', () => {
  test('ends the program with 5 at once', async () => {
    const door = await startDoor(503, 1);
    const { port } = door.address() as AddressInfo;
    await new Promise((resolve) => door.close(resolve));
    const program = new Running(main, ['http', '1', '--server', `http://127.0.0.1:${port}`]);
    expect(await program.exited).toBe(5);
    expect(program.stderr).toMatch(/^error\[SELLIA_RELAY_UNREACHABLE\]: .*nothing listens there/m);
    expect(program.stderr).not.toContain('connecting: ');
  });

  test('nor its name ends the program with 5 at once', async () => {
    const program = new Running(main, ['http', '1', '--server', 'http://relay.invalid']);
    expect(await program.exited).toBe(5);
    expect(program.stderr).toMatch(/^error\[SELLIA_RELAY_UNREACHABLE\]: .*\nhint: .*URL/m);
  });
});
