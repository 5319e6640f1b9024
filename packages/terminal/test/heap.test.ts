import { type SpawnOptions, spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const program = fileURLToPath(new URL('shaped.ts', import.meta.url));
const FLAGS = ['--max-semi-space-size=2', '--heap-growing-percent=400'];

/** How a program runs that shapes its heap, and the pid it was started with. */
async function run(flags: string[], args: string[], options: SpawnOptions = {}) {
  const child = spawn(process.execPath, [...flags, program, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    ...options,
  });
  if (child.stdout === null) throw new Error('no stdout');
  return { started: child.pid, ...JSON.parse(await text(child.stdout)) };
}

test.skipIf(process.platform === 'win32')('the program is started over, as itself', async () => {
  const one = await run(['--no-warnings'], ['http', 'a b', '--json']);
  expect(one.execArgv).toEqual([...FLAGS, '--no-warnings']);
  expect(one.args).toEqual(['http', 'a b', '--json']);
  expect(one.pid).toBe(one.started);
});

test('a shape of the user’s own stands', async () => {
  const flag = '--max-semi-space-size=8';
  expect((await run([flag], [])).execArgv).toEqual([flag]);
  const env = { ...process.env, NODE_OPTIONS: flag };
  expect((await run([], [], { env })).execArgv).toEqual([]);
});

test('a channel to the parent is not lost', async () => {
  const one = await run([], ['x'], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  expect(one).toMatchObject({ execArgv: [], args: ['x'] });
});
