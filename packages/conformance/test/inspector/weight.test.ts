/** What the page weighs, and how soon something is to be seen. */
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { InspectorRig } from '../../src/rig/index.ts';

const DIST = join(import.meta.dirname, '../../../../apps/inspector/dist');
/** Bytes, compressed: all of the program that has to be there before anything is shown. */
const SCRIPTS_MAX = 160_000;
/** Milliseconds. On a machine of its own it is 300; one that runs other tests meanwhile is slower. */
const PAINT_MAX = 1_500;

let rig: InspectorRig;
beforeAll(async () => {
  rig = await InspectorRig.start();
});
afterAll(() => rig.close());

/** The entry and all that it imports at once, in turn; what is imported on demand is left out. */
function initialScripts(): Set<string> {
  const html = readFileSync(join(DIST, 'index.html'), 'utf8');
  const queue = [...html.matchAll(/<script[^>]+src="\/assets\/([^"]+)"/g)].map(([, name]) => name);
  const scripts = new Set<string>();
  for (const name of queue) {
    if (name === undefined || scripts.has(name)) continue;
    scripts.add(name);
    const text = readFileSync(join(DIST, 'assets', name), 'utf8');
    const imports = text.matchAll(
      /(?:^|[;}\s])(?:import|export)(?:[^;"'()]*?from)?\s*["'`]([^"'`]+)/g,
    );
    for (const [, path = ''] of imports) if (path.startsWith('.')) queue.push(basename(path));
  }
  return scripts;
}

test('the program of the first view has at most 160 kB', async () => {
  const scripts = initialScripts();
  const sizes = [...scripts].map(
    (name) => gzipSync(readFileSync(join(DIST, 'assets', name)), { level: 9 }).length,
  );
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  console.log(`initial scripts: ${scripts.size} files, ${bytes} bytes compressed`);
  expect(bytes).toBeLessThanOrEqual(SCRIPTS_MAX);

  // What the browser asks for is what was counted, and nothing of another host.
  const asked = new Set<string>();
  const page = await rig.open();
  page.on('request', (request) => asked.add(request.url()));
  await page.reload();
  await page.getByText('Live', { exact: true }).waitFor();
  const urls = [...asked];
  expect(urls.filter((url) => new URL(url).host !== new URL(rig.inspector.url).host)).toEqual([]);
  for (const name of scripts) expect(urls.map((url) => basename(url))).toContain(name);
  await page.context().close();
});

test('something is to be seen soon', async () => {
  const page = await rig.open();
  await page.getByText('Live', { exact: true }).waitFor();
  const times: number[] = [];
  for (let i = 0; i < 5; i++) {
    await page.reload();
    await page.getByRole('link', { name: 'Tunnels' }).waitFor();
    times.push(await page.evaluate(firstPaint));
  }
  const [fastest = Number.NaN] = times.sort((one, other) => one - other);
  console.log(`first paint: ${times.map((time) => time.toFixed(0)).join(', ')} ms`);
  expect(fastest).toBeLessThan(PAINT_MAX);
  await page.context().close();
});

function firstPaint(): Promise<number> {
  return new Promise((resolve) => {
    new PerformanceObserver((list) => {
      const paint = list.getEntriesByName('first-contentful-paint')[0];
      if (paint !== undefined) resolve(paint.startTime);
    }).observe({ type: 'paint', buffered: true });
  });
}
