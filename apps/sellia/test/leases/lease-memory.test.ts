import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { thisProcess } from '../../src/leases/holder.ts';
import { type LeaseEntry, LeaseFile } from '../../src/leases/lease-file.ts';
import { LeaseMemory, type Wanted } from '../../src/leases/lease-memory.ts';

const server = 'https://relay.test';
const random: Wanted = { server, name: '', upstream: 'http://localhost:8080' };
const api: Wanted = { server, name: 'api', upstream: 'http://localhost:8080' };
/** No process: beyond what any system numbers. */
const DEAD = { pid: 2 ** 30, start: '' };

let folder: string;
let path: string;
let warnings: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sellia-leases-'));
  path = join(folder, 'state', 'leases.json');
  warnings = [];
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function memory(wanted: Wanted): LeaseMemory {
  return new LeaseMemory(path, wanted, (text) => warnings.push(text));
}

function entries(): LeaseEntry[] {
  return JSON.parse(readFileSync(path, 'utf8')).leases;
}

/** As if every process that remembered something had ended, but for `holder`. */
async function heldBy(holder: LeaseEntry['holder']): Promise<void> {
  await new LeaseFile(path).change((all) => all.map((entry) => ({ ...entry, holder })));
}

describe('what a program has remembered', () => {
  test('nothing, at first', async () => {
    expect(await memory(random).recall()).toBeUndefined();
    expect(warnings).toEqual([]);
  });

  test('is there for the next program that wants the same', async () => {
    await memory(random).remember({ name: 'k3x9', lease: 'secret' });
    await memory(api).remember({ name: 'api', lease: 'other' });
    await heldBy(DEAD);
    expect(await memory(random).recall()).toMatchObject({ name: 'k3x9', lease: 'secret' });
    expect(await memory(api).recall()).toMatchObject({ name: 'api', lease: 'other' });
    expect(await memory({ ...api, name: 'API' }).recall()).toMatchObject({ name: 'api' });
    expect(await memory({ ...api, upstream: 'x' }).recall()).toMatchObject({ name: 'api' });
    expect(entries().map(({ holder }) => holder)).toEqual([thisProcess(), thisProcess()]);
  });

  test.each([
    ['another relay', { ...random, server: 'https://other.test' }],
    ['another upstream', { ...random, upstream: 'http://localhost:9090' }],
    ['another name', { ...random, name: 'web' }],
  ])('is nothing to %s', async (_what, wanted) => {
    await memory(random).remember({ name: 'k3x9', lease: 'secret' });
    await heldBy(DEAD);
    expect(await memory(wanted).recall()).toBeUndefined();
  });

  test('is the newest secret of a name, once', async () => {
    const one = memory(api);
    for (const lease of ['first', 'second']) await one.remember({ name: 'api', lease });
    expect(entries().map(({ lease }) => lease)).toEqual(['second']);
  });

  test('is forgotten when the relay would not give it', async () => {
    await memory(random).remember({ name: 'k3x9', lease: 'secret' });
    await memory(random).forget('k3x9');
    expect(entries()).toEqual([]);
  });

  test('is at most 256 names, those used last', async () => {
    const many = Array.from({ length: 256 }, (_unused, i) => ({
      ...{ server, upstream: 'u', lease: 'l', holder: DEAD },
      name: `n${i}`,
    }));
    await new LeaseFile(path).change(() => many);
    await memory({ ...api, name: 'n0' }).recall();
    await memory(api).remember({ name: 'api', lease: 'new' });
    const names = entries().map(({ name }) => name);
    expect(names.length).toBe(256);
    expect(names).not.toContain('n1');
    expect(names.slice(-2)).toEqual(['n0', 'api']);
  });
});

describe('a name that a running program uses', () => {
  test('is left to it; the next of the same target is used, or none', async () => {
    const other = spawn(process.execPath, ['-e', 'process.stdin.resume()']);
    await once(other, 'spawn');
    try {
      for (const name of ['old', 'new']) {
        await memory(random).remember({ name, lease: `of ${name}` });
      }
      const running = { pid: other.pid as number, start: '' };
      const hold = (held: string[]) =>
        new LeaseFile(path).change((all) =>
          all.map((entry) => ({ ...entry, holder: held.includes(entry.name) ? running : DEAD })),
        );
      await hold(['new']);
      expect(await memory(random).recall()).toMatchObject({ name: 'old' });
      await hold(['new', 'old']);
      expect(await memory(random).recall()).toBeUndefined();
    } finally {
      other.kill('SIGKILL');
      await once(other, 'close');
    }
    expect(await memory(random).recall()).toMatchObject({ lease: expect.stringMatching(/^of /) });
  });

  test.runIf(existsSync('/proc/self/stat'))(
    'is free when its number belongs to another process by now',
    async () => {
      await memory(random).remember({ name: 'k3x9', lease: 'secret' });
      await heldBy({ pid: process.ppid, start: '1' });
      expect(await memory(random).recall()).toMatchObject({ name: 'k3x9' });
    },
  );
});

describe('the file', () => {
  test.skipIf(process.platform === 'win32')('is its owner’s alone, folder included', async () => {
    await memory(random).remember({ name: 'k3x9', lease: 'secret' });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'state')).mode & 0o777).toBe(0o700);
  });

  test('is replaced as a whole, and nothing is left beside it', async () => {
    const all = Array.from({ length: 20 }, (_unused, i) => memory({ ...api, name: `n${i}` }));
    await Promise.all(all.map((one, i) => one.remember({ name: `n${i}`, lease: 'l' })));
    expect(entries().length).toBe(20);
    expect(readdirSync(join(folder, 'state'))).toEqual(['leases.json']);
    expect(warnings).toEqual([]);
  });

  test.each([
    ['cut', '{"version": 1, "leases": [{"ser'],
    ['of another kind', '[]'],
    ['of a later version', '{"version": 2, "leases": []}'],
    ['with half an entry', '{"version": 1, "leases": [{"server": "x"}]}'],
    ['null', 'null'],
  ])('that is %s is warned of once, left alone, and the program goes on', async (_what, text) => {
    await memory(api).remember({ name: 'api', lease: 'l' });
    writeFileSync(path, text);
    const one = memory(random);
    expect(await one.recall()).toBeUndefined();
    await one.remember({ name: 'k3x9', lease: 'secret' });
    expect(warnings).toEqual([expect.stringContaining(path)]);
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  test('that cannot be written is warned of once', async () => {
    writeFileSync(join(folder, 'state'), 'a file where the folder would be');
    const one = memory(random);
    expect(await one.recall()).toBeUndefined();
    await one.remember({ name: 'k3x9', lease: 'secret' });
    expect(warnings.length).toBe(1);
  });

  test('is freed of the lock of a program that was killed, and waits for a live one', async () => {
    await memory(api).remember({ name: 'api', lease: 'l' });
    const lock = `${path}.lock`;
    writeFileSync(lock, '');
    const old = Date.now() / 1000 - 60;
    utimesSync(lock, old, old);
    await memory(random).remember({ name: 'k3x9', lease: 'secret' });
    writeFileSync(lock, '');
    const waiting = memory(random).recall();
    await new Promise((resolve) => setImmediate(resolve));
    rmSync(lock);
    expect(await waiting).toMatchObject({ name: 'k3x9' });
    expect(warnings).toEqual([]);
  });
});
