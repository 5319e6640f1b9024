import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasSignals } from '@sellia/terminal/running';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { InspectorRegistry } from '../../src/inspection/registry.ts';

let state: string;
let folder: string;
let registry: InspectorRegistry;

beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'sellia-state-'));
  folder = join(state, 'inspectors');
  registry = new InspectorRegistry(state);
});
afterEach(() => rmSync(state, { recursive: true }));

const facts = {
  url: 'http://localhost:4040/',
  token: 'secret',
  tunnels: [{ name: 'a', url: 'https://a.test' }],
  startedAt: 5,
};

function put(pid: number, entry: unknown): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${pid}.json`), JSON.stringify(entry));
}

test.skipIf(!hasSignals)('a file of its own, for the user alone, gone at the end', () => {
  registry.enter(facts);
  registry.enter({ ...facts, tunnels: [] });
  const name = `${process.pid}.json`;
  expect(readdirSync(folder)).toEqual([name]);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
  const entry = JSON.parse(readFileSync(join(folder, name), 'utf8'));
  expect(entry).toMatchObject({ ...facts, tunnels: [], holder: { pid: process.pid } });
  expect(registry.others()).toEqual([]);
  registry.leave();
  expect(readdirSync(folder)).toEqual([]);
});

test('others are found while they run, the oldest first', async () => {
  const children = [1, 2].map(() => spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e9)']));
  const pids = children.map(({ pid }) => pid as number);
  for (const [i, pid] of pids.entries()) {
    put(pid, { ...facts, holder: { pid, start: '' }, startedAt: 9 - i });
  }
  expect(registry.others().map(({ holder }) => holder.pid)).toEqual(pids.toReversed());
  for (const child of children) {
    child.kill();
    await once(child, 'exit');
  }
  expect(registry.others()).toEqual([]);
  expect(readdirSync(folder)).toEqual([]);
});

test('a process that was given the number of an ended one is not taken for it', () => {
  put(process.ppid, { ...facts, holder: { pid: process.ppid, start: '1' } });
  expect(registry.others()).toEqual(process.platform === 'linux' ? [] : [expect.anything()]);
});

test.each([
  ['no JSON', '{'],
  ['null', 'null'],
  ['no entry', '{"url":1}'],
  ['no URL', JSON.stringify({ ...facts, url: 'x', holder: { pid: 1, start: '' } })],
  [
    'too large',
    JSON.stringify({ ...facts, token: 'x'.repeat(70_000), holder: { pid: 1, start: '' } }),
  ],
])('what is none of ours is removed: %s', (_, text) => {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, '1.json'), text);
  expect(registry.others()).toEqual([]);
  expect(readdirSync(folder)).toEqual([]);
});

test('without a folder there are none', () => {
  expect(registry.others()).toEqual([]);
  registry.leave();
});
