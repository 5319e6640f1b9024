/** One list of all programs: two inspectors, each with a tunnel of its own. */
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { InspectorRig } from '../../src/rig/index.ts';

let here: InspectorRig;
let there: InspectorRig;
let neighbours: string[];
beforeEach(async () => {
  there = await InspectorRig.start();
  neighbours = [there.inspector.invitation];
  here = await InspectorRig.start({
    inspector: { neighbours: () => neighbours.map((url) => ({ url, tunnels: [] })) },
  });
});
afterEach(async () => {
  await here.close();
  await there.close();
});

async function open(path = '/all'): Promise<Page> {
  const page = await here.open(path);
  await page.getByText('Live', { exact: true }).waitFor();
  return page;
}

const list = (page: Page) => page.getByRole('table', { name: 'Exchanges of all programs' });
const paths = (page: Page) => list(page).getByRole('link').allTextContents();
const theirs = (path: string) => `${path} (in another tab)`;

test('has the rows of both, the newest first, and those that come', async () => {
  await there.rig.ask('/first');
  await here.rig.ask('/second');
  const page = await open();
  await expect.poll(() => paths(page)).toEqual(['/second', theirs('/first')]);
  await page.getByText('This program and 1 more.').waitFor();
  const { host } = new URL(there.inspector.url);
  await list(page).getByRole('cell', { name: host }).waitFor();

  await there.rig.ask('/third');
  await expect.poll(() => paths(page)).toEqual([theirs('/third'), '/second', theirs('/first')]);
});

test('own rows open in this page, those of others in the page of their own', async () => {
  await there.rig.ask('/theirs');
  await here.rig.ask('/own');
  const page = await open();
  const link = list(page).getByRole('link', { name: '/theirs' });
  expect(await link.getAttribute('rel')).toBe('noreferrer');
  const other = page.context().waitForEvent('page');
  // All of the line is the link.
  const line = list(page).getByRole('row').filter({ hasText: '/theirs' });
  await line.click({ position: { x: 8, y: 8 } });
  const opened = await other;
  await opened.getByRole('complementary').getByText('/theirs').first().waitFor();
  const url = new URL(opened.url());
  expect(url.origin).toBe(new URL(there.inspector.url).origin);
  expect([url.pathname, url.search]).toEqual([expect.stringMatching(/^\/r\//), '']);
  expect(await opened.evaluate(() => [document.referrer, window.opener])).toEqual(['', null]);

  await list(page).getByRole('link', { name: '/own' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('complementary').getByText('/own').first().waitFor();
  expect(new URL(page.url()).origin).toBe(new URL(here.inspector.url).origin);
});

test('is filtered in both, by the language of the list', async () => {
  for (const rig of [here, there]) {
    await rig.rig.ask('/wanted');
    await rig.rig.ask('/other');
  }
  const page = await open();
  await expect.poll(async () => (await paths(page)).length).toBe(4);
  await page.keyboard.press('/');
  await page.keyboard.type('path:/wanted');
  await expect.poll(() => paths(page)).toEqual([theirs('/wanted'), '/wanted']);
  expect(new URL(page.url()).searchParams.get('q')).toBe('path:/wanted');

  const field = page.getByRole('combobox', { name: 'Filter' });
  await field.fill('status:abc');
  await page
    .getByText(/status/i, { exact: false })
    .first()
    .waitFor();
  await expect.poll(() => field.getAttribute('aria-invalid')).toBe('true');
  await field.fill('path:/nowhere');
  await page.getByText('No exchange matches the filter.').waitFor();
  await page.getByRole('button', { name: 'Clear the filter' }).click();
  await expect.poll(async () => (await paths(page)).length).toBe(4);
});

test('stands still while it is paused, and goes on', async () => {
  await here.rig.ask('/before');
  const page = await open();
  await expect.poll(() => paths(page)).toEqual(['/before']);
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await expect.poll(() => asked).toContain('/api/v1/joined');
  await page.keyboard.press(' ');
  await page.getByRole('button', { name: 'Go on' }).waitFor();
  await there.rig.ask('/meanwhile');
  expect(await paths(page)).toEqual(['/before']);
  await page.keyboard.press(' ');
  await expect.poll(() => paths(page)).toEqual([theirs('/meanwhile'), '/before']);
});

test('says who does not answer', async () => {
  await here.rig.ask('/own');
  const page = await open();
  await page.getByText('This program and 1 more.').waitFor();
  await there.inspector.close();
  const { host } = new URL(there.inspector.url);
  await page.getByText(`This program. No answer from ${host}.`).waitFor();
  expect(await paths(page)).toEqual(['/own']);
  neighbours = [];
  await page.getByText('Only this program runs.').waitFor();
});

test('is found beside the tunnels and in the palette; the filter stays', async () => {
  const page = await open('/status?q=is%3Aerror');
  await page.getByRole('link', { name: 'All programs together' }).click();
  await page.getByText('No exchange matches the filter.').waitFor();
  expect(page.url()).toMatch(/\/all\?q=is%3Aerror$/);
  await expect.poll(() => page.title()).toBe('All programs – Sellia');
  await page.goto(here.inspector.url);
  await page.keyboard.press('Control+k');
  await page.keyboard.type('all programs');
  await page.keyboard.press('Enter');
  await page.getByText('No program has seen any traffic yet.').waitFor();
});

test('what visitors write is text', async () => {
  const target = '/%3Cimg%3E<b>\u202e';
  const head = `GET ${encodeURI(target)}<img/src=x> HTTP/1.1\r\n${there.rig.hostLine}\r\n`;
  await (await there.rig.send(head)).response();
  const page = await open();
  await expect.poll(async () => (await paths(page)).length).toBe(1);
  expect(await list(page).locator('img, b').count()).toBe(0);
});
