import { execFile } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { leaseKeyIn } from '../src/lease-key.ts';

const root = mkdtempSync(join(tmpdir(), 'sellia-key-'));
afterAll(() => rmSync(root, { recursive: true }));

let folders = 0;
function folder(): string {
  folders++;
  return join(root, `${folders}`, 'state');
}

const isPosix = process.platform !== 'win32';

test('the first start makes a key, the next ones read it', () => {
  const state = folder();
  const first = leaseKeyIn(state);
  expect(first).toMatchObject({ isNew: true, isExposed: false });
  expect(first.bytes.length).toBe(32);
  expect(leaseKeyIn(state)).toEqual({ ...first, isNew: false });
  expect(leaseKeyIn(folder()).bytes).not.toEqual(first.bytes);
  expect(readdirSync(state)).toEqual(['lease-key']);
});

test.skipIf(!isPosix)('nobody else can read it; if they can, it is told', () => {
  const state = folder();
  leaseKeyIn(state);
  const file = join(state, 'lease-key');
  expect([statSync(state).mode & 0o777, statSync(file).mode & 0o777]).toEqual([0o700, 0o600]);
  chmodSync(file, 0o640);
  expect(leaseKeyIn(state).isExposed).toBe(true);
});

test('relays that start at once end with the same key', async () => {
  const state = folder();
  const source = new URL('../src/lease-key.ts', import.meta.url);
  const script = `import { leaseKeyIn } from ${JSON.stringify(source)};
    console.log(leaseKeyIn(${JSON.stringify(state)}).bytes.toString('hex'))`;
  const run = () =>
    promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
      cwd: fileURLToPath(new URL('.', import.meta.url)),
    });
  const made = await Promise.all([run(), run(), run(), run()]);
  expect(new Set(made.map(({ stdout }) => stdout)).size).toBe(1);
  expect(readdirSync(state)).toEqual(['lease-key']);
});

describe('what is no key is left as it is', () => {
  const contents = ['', 'short', 'x'.repeat(5_000), `${'*'.repeat(43)}\n`];
  for (const text of contents) {
    test(JSON.stringify(text.slice(0, 10)), () => {
      const state = folder();
      mkdirSync(state, { recursive: true });
      writeFileSync(join(state, 'lease-key'), text);
      expect(() => leaseKeyIn(state)).toThrow('is not a key');
      expect(statSync(join(state, 'lease-key')).size).toBe(text.length);
    });
  }

  test('a folder that cannot be', () => {
    const file = join(root, 'file');
    writeFileSync(file, '');
    expect(() => leaseKeyIn(join(file, 'state'))).toThrow(/ENOTDIR|EEXIST|ENOENT/);
  });
});
