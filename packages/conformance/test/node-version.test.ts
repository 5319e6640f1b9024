import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const pinned = readFileSync(new URL('../../../.node-version', import.meta.url), 'utf8').trim();
const { optionalDependencies } = JSON.parse(
  readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'),
) as { optionalDependencies: Record<string, string> };

/** npm has the pinned Node for these; elsewhere the machine's own Node runs the tests. */
const isPinnedHere = `node-${process.platform}-${process.arch}` in optionalDependencies;

test('every place that pins Node names the same version', () => {
  expect(new Set(Object.values(optionalDependencies))).toEqual(new Set([pinned]));
});

test('the tests run on the Node that was asked for', () => {
  const asked = process.env.SELLIA_NODE || (isPinnedHere ? pinned : undefined);
  if (asked) expect(`${process.version}.`).toContain(`v${asked}.`);
  else expect(Number.parseInt(process.versions.node, 10)).toBeGreaterThanOrEqual(22);
});
