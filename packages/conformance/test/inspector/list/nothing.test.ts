/** The list when there is nothing to see in it, or something keeps it from going on. */
import { Inspector } from '@sellia/inspector';
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { InspectorRig } from '../../../src/rig/index.ts';
import { RowFeed } from './row-feed.ts';

let rig: InspectorRig;
let feed: RowFeed;
beforeEach(async () => {
  rig = await InspectorRig.start({ inspector: { limits: { exchanges: 10 } } });
  feed = new RowFeed();
});
afterEach(() => rig.close());

const rows = (page: Page) => page.getByRole('row').filter({ has: page.getByRole('gridcell') });

describe('without traffic', () => {
  test('there is the address to send it to, in every form', async () => {
    const page = await rig.open('/', { permissions: ['clipboard-read', 'clipboard-write'] });
    await page.getByRole('heading', { name: 'No traffic yet' }).waitFor();
    const { url } = rig.rig.tunnel;
    await page.getByRole('img', { name: `QR code of ${url}` }).waitFor();
    await page.getByRole('button', { name: 'Copy the command for one' }).click();
    const copied = () => page.evaluate(() => navigator.clipboard.readText());
    await expect.poll(copied).toBe(`curl ${url}`);
    const link = page.getByRole('link', { name: 'Send a test request' });
    expect(await link.getAttribute('rel')).toBe('noreferrer');
    expect(await link.getAttribute('href')).toBe(url);
    await link.click();
    await rows(page).first().getByText('GET').waitFor();
  });

  test('a filter that nothing matches can be cleared', async () => {
    rig.inspector.show(feed.tunnel);
    feed.exchange('/there');
    const page = await rig.open('/?q=path:/not-there');
    await page.getByText('No exchange matches the filter').waitFor();
    await page.getByRole('button', { name: 'Clear the filter' }).last().click();
    await page.getByText('/there').waitFor();
    expect(page.url()).toBe(rig.inspector.url);
  });
});

test('while capture is off nothing new comes, and the page says so', async () => {
  rig.inspector.show(feed.tunnel);
  const page = await rig.open();
  await page
    .getByRole('button', { name: /^Capture is on/ })
    .first()
    .click();
  await page.getByText('Capture is off.', { exact: true }).waitFor();
  await page.getByRole('heading', { name: 'Nothing is kept' }).waitFor();
  expect(await page.getByText('No traffic yet').count()).toBe(0);
  feed.exchange('/unseen');
  await page.getByRole('button', { name: 'Begin again' }).click();
  await expect.poll(() => rig.inspector.store.isPaused).toBe(false);
  feed.exchange('/seen');
  await page.getByText('/seen').waitFor();
  expect(await rows(page).count()).toBe(1);
});

test('a full memory tells how many it dropped', async () => {
  rig.inspector.show(feed.tunnel);
  const page = await rig.open();
  for (let i = 0; i < 25; i++) feed.exchange(`/item/${i}`);
  await page.getByText('Memory is full: 15 older exchanges were dropped.').waitFor();
  expect(await rows(page).count()).toBe(10);
});

test('without its server the page keeps what it has, and tries again', async () => {
  rig.inspector.show(feed.tunnel);
  const page = await rig.open();
  feed.exchange('/kept');
  await page.getByText('/kept').waitFor();
  const { port } = rig.inspector;
  await rig.inspector.close();
  await page.getByText('Sellia does not answer.').waitFor();
  await page.getByText('/kept').waitFor();
  await page.getByRole('button', { name: 'Try now' }).waitFor();
  const again = await Inspector.start({ version: '0', port });
  // Another process has another token: all is locked, and what was read stays.
  await page.getByText('Sellia was started again.').waitFor();
  await page.getByText('/kept').waitFor();
  await again.close();
  rig.takeComplaints();
});
