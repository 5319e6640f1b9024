import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { endAll, hasSignals, hasTerminal, Running } from '@sellia/terminal/running';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

afterEach(() => endAll());

async function start(columns?: number): Promise<[Running, URL]> {
  const env = { PORT: '0' };
  const demo = new Running(main, [], columns === undefined ? { env } : { env, columns });
  const [url] = await demo.until(/http:\/\/hello\.localhost:\d+/);
  return [demo, new URL(url)];
}

function get({ host, port }: URL): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, headers: { host, 'X-Test': '<b>' }, agent: false };
    const sent = request(options, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve(text));
    });
    sent.on('error', reject).end();
  });
}

async function echoed({ host, port }: URL, message: string): Promise<string> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/`, 'echo', { headers: { host } });
  await once(socket, 'open');
  socket.send(message);
  const [answer] = (await once(socket, 'message')) as [Buffer];
  socket.close();
  await once(socket, 'close');
  return answer.toString();
}

/** Linux only: every process that this one has started, and theirs. */
function descendants(pid: number): number[] {
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && parentOf(name) === pid)
    .map(Number);
  return children.flatMap((child) => [child, ...descendants(child)]);
}

function parentOf(pid: string): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return -1;
  }
}

/** Settles when none of them runs any more; the guard of the test ends it otherwise. */
async function gone(pids: readonly number[]): Promise<void> {
  while (pids.some(isAlive)) await new Promise((resolve) => setTimeout(resolve, 20));
}

function isAlive(pid: number): boolean {
  try {
    return !/\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
}

test.skipIf(!hasSignals)(
  'the page and the WebSocket answer at the public URL; Ctrl-C ends with 0',
  async () => {
    const [demo, url] = await start();
    const page = await get(url);
    expect(page).toContain('Your tunnel <span>works</span>');
    expect(page).toContain('<td>X-Test</td><td>&lt;b&gt;</td>');
    expect(await echoed(url, 'hello')).toBe('hello');
    demo.kill('SIGINT');
    expect(await demo.exited).toBe(0);
    expect(demo.stdout).toBe(`${url.origin}\n`);
    expect(demo.stderr).not.toMatch(/error|reconnecting/);
  },
);

test('a port that is taken is said with a way out', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const demo = new Running(main, ['--port', String(port)]);
  expect(await demo.exited).toBe(3);
  expect(demo.stderr).toContain('SELLIA_PORT_IN_USE');
  expect(demo.stderr).toMatch(/^hint: .*PORT=\d+ pnpm start$/m);
  other.close();
});

test.each([[['--port', 'x']], [['--prot', '1']], [['--port', '70000']]])(
  'wrong usage %j ends with 2',
  async (args) => {
    const demo = new Running(main, args);
    expect(await demo.exited).toBe(2);
    expect(demo.stderr).toMatch(/^error\[SELLIA_USAGE\]: .*\nhint: .*pnpm start/);
  },
);

describe.skipIf(process.platform !== 'linux')('no part outlives the others (reads /proc)', () => {
  test('when the demo is killed', async () => {
    const [demo] = await start();
    const parts = descendants(demo.pid);
    expect(parts.length).toBe(2);
    demo.kill('SIGKILL');
    await gone(parts);
  });

  test.each([
    [0, 'relay'],
    [1, 'client'],
  ])('when part %d, the %s, is killed', async (index, name) => {
    const [demo] = await start();
    const parts = descendants(demo.pid);
    process.kill(parts[index] as number, 'SIGKILL');
    expect(await demo.exited).toBe(1);
    expect(demo.stderr).toContain(`the ${name} has ended`);
    await gone(parts);
  });

  test('when it is asked twice', async () => {
    const [demo] = await start();
    const parts = descendants(demo.pid);
    demo.kill('SIGINT');
    demo.kill('SIGTERM');
    expect([0, 130]).toContain(await demo.exited);
    await gone(parts);
  });
});

test.skipIf(!hasTerminal)('on a terminal (python3), Ctrl-C ends it with 0', async () => {
  const [demo, url] = await start(90);
  await demo.until(/Press Ctrl-C to stop/);
  await get(url);
  await demo.until(/GET.*200/);
  demo.type('\x03');
  expect(await demo.exited).toBe(0);
});
