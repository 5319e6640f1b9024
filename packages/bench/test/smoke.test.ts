import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'bench-test-'));
const json = join(folder, 'bench.json');
const svg = join(folder, 'bench.svg');
const run = promisify(execFile);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a smoke run of two subjects prints, judges and writes its figures', async () => {
  const only = ['direct', 'node-proxy', 'download-8', 'upload-1', 'websocket-1', 'stall'];
  const args = [
    '--smoke',
    '--json',
    json,
    '--svg',
    svg,
    ...only.flatMap((name) => ['--only', name]),
  ];
  const { stdout } = await run(process.execPath, [main, ...args]);
  expect(stdout).toContain('A smoke run: these figures mean nothing.');
  const report = JSON.parse(readFileSync(json, 'utf8'));
  const shown = report.measurements.map(({ name }: { name: string }) => name);
  expect(shown).toEqual(['download-8', 'upload-1', 'websocket-1', 'stall']);
  for (const { rows } of report.measurements.slice(0, 3)) {
    for (const { failure, medians } of rows) {
      expect(failure).toBeUndefined();
      expect(medians.rate).toBeGreaterThan(0);
    }
  }
  expect(readFileSync(svg, 'utf8')).toContain('node-proxy');
});

test('a wrong flag is one line and exit code 1', async () => {
  const failure = await run(process.execPath, [main, '--only', 'nonsense']).catch((error) => error);
  expect(failure.code).toBe(1);
  expect(failure.stderr).toBe('bench: --only: nothing is called "nonsense"\n');
});
