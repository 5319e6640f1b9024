/** The list at a rate that nobody can read: it must stay smooth all the same. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { InspectorRig } from '../../../src/rig/index.ts';
import { RowFeed } from './row-feed.ts';

const STORED = 20_000;
const PER_SECOND = 2_000;
const SECONDS = 10;
/** Milliseconds between two batches: as often as a live socket tells. */
const BATCH_MS = 10;

let rig: InspectorRig;
const feed = new RowFeed();
beforeAll(async () => {
  rig = await InspectorRig.start();
  rig.inspector.show(feed.tunnel);
});
afterAll(() => rig.close());

interface Frames {
  /** Milliseconds between one frame and the next, sorted. */
  readonly deltas: number[];
  /** Milliseconds of each task above 50. */
  readonly longTasks: number[];
}

/** Looks at the frames until `stopWatching`. */
function startWatching(page: Page): Promise<void> {
  return page.evaluate(() => {
    const watched = { deltas: [] as number[], longTasks: [] as number[], isOver: false };
    Object.assign(globalThis, { watched });
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) watched.longTasks.push(duration);
    }).observe({ type: 'longtask' });
    let last = performance.now();
    const onFrame = (now: number): void => {
      watched.deltas.push(now - last);
      last = now;
      if (!watched.isOver) requestAnimationFrame(onFrame);
    };
    requestAnimationFrame(onFrame);
  });
}

async function stopWatching(page: Page): Promise<Frames> {
  const frames = await page.evaluate(() => {
    const { watched } = globalThis as unknown as { watched: Frames & { isOver: boolean } };
    watched.isOver = true;
    return { deltas: watched.deltas.slice(1), longTasks: watched.longTasks };
  });
  frames.deltas.sort((one, other) => one - other);
  return frames;
}

/** As many exchanges a second as were asked for, whatever the timers do. */
async function pour(): Promise<number> {
  const startedAt = performance.now();
  let poured = 0;
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      const elapsed = Math.min(1_000 * SECONDS, performance.now() - startedAt);
      for (; poured < (elapsed / 1_000) * PER_SECOND; poured++) one(poured);
      if (elapsed < 1_000 * SECONDS) return;
      clearInterval(timer);
      resolve();
    }, BATCH_MS);
  });
  return poured;
}

const STATUSES = [200, 200, 204, 304, 404, 500];

function one(i: number): void {
  const status = STATUSES[i % STATUSES.length] ?? 200;
  feed.exchange(`/api/items/${i}?page=${i % 7}`, { status, durationMs: i % 300 });
}

const at = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;

/** Says what was measured, for whoever reads the log. */
function report(name: string, { deltas, longTasks }: Frames): void {
  const p95 = at(deltas, 0.95).toFixed(1);
  const worst = at(deltas, 1).toFixed(1);
  const perSecond = (deltas.length / SECONDS).toFixed(1);
  console.log(`${name}: ${perSecond} frames/s, p95 ${p95} ms, worst ${worst} ms`);
  console.log(`${name}: long tasks ${JSON.stringify(longTasks.map(Math.round))}`);
}

const countOf = (page: Page) => page.getByLabel('Filter and list').getByText(/exchanges$/);

test('follows 2,000 exchanges a second, 20,000 in store, without a stutter', async () => {
  for (let i = 0; i < STORED; i++) one(i);
  const page = await rig.open();
  await countOf(page).getByText('20,000 exchanges').waitFor();
  await startWatching(page);
  const poured = await pour();
  const frames = await stopWatching(page);
  report('at the newest end', frames);
  const last = `/api/items/${poured - 1}`;
  await page.getByRole('row').nth(1).getByText(last).waitFor();
  expect(at(frames.deltas, 0.95)).toBeLessThanOrEqual(34);
  expect(frames.longTasks.length).toBeLessThanOrEqual(2);
  await page.context().close();
});

test('stands still at the same rate while somebody reads further down', async () => {
  const page = await rig.open();
  await countOf(page).getByText('20,000 exchanges').waitFor();
  const grid = page.getByRole('grid');
  await grid.evaluate((element) => element.scrollTo({ top: 4_000 }));
  const read = grid.getByRole('row').nth(12).getByText('/api/items');
  const text = await read.textContent();
  const top = (await read.boundingBox())?.y;
  await startWatching(page);
  const poured = await pour();
  const frames = await stopWatching(page);
  report('further down', frames);
  await page.getByRole('button', { name: `${poured.toLocaleString('en-US')} new` }).waitFor();
  expect(await read.textContent()).toBe(text);
  expect((await read.boundingBox())?.y).toBe(top);
  expect(at(frames.deltas, 0.95)).toBeLessThanOrEqual(34);
  expect(frames.longTasks.length).toBeLessThanOrEqual(2);
});
