/** Tags: given by keyboard and pointer, seen in the list, looked for, carried by HAR files. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { InspectorRig } from '../../src/rig/index.ts';
import { exchanged, panelOf, soon } from './detail-exchanges.ts';

let rig: InspectorRig;
let page: Page;
beforeAll(async () => {
  rig = await InspectorRig.start();
});
afterEach(async () => {
  await page?.context().close();
  rig.inspector.store.clear();
  await rig.rig.reset();
});
afterAll(() => rig.close());

const tagsOf = (id: string) => rig.inspector.store.get(id)?.row.tags ?? [];
const field = () => panelOf(page).getByRole('combobox', { name: 'New tag' });
const button = (name: string) => panelOf(page).getByRole('button', { name, exact: true });
const chips = () => panelOf(page).getByRole('list', { name: 'Tags' }).getByRole('listitem');
const focused = () =>
  page.evaluate(() => {
    const { activeElement } = document;
    return activeElement?.getAttribute('aria-label') ?? activeElement?.tagName;
  });

test('tags are given by the keyboard alone, and taken away', async () => {
  const id = await exchanged(rig, 'GET /tagged');
  page = await rig.open(`/r/${id}`);
  await button('Tag').waitFor();
  await page.keyboard.press('#');
  await soon(focused).toBe('New tag');
  await page.keyboard.type('stripe,two words');
  await page.keyboard.press('Enter');
  await page.keyboard.type('STRIPE');
  await page.keyboard.press('Enter');
  await soon(() => tagsOf(id)).toEqual(['stripe', 'two words']);
  await soon(() => chips().allTextContents()).toEqual(['stripe', 'two words']);
  await soon(() => field().inputValue()).toBe('');
  await page.keyboard.press('Escape');
  await field().waitFor({ state: 'detached' });
  await soon(focused).toBe('Exchange');
  await soon(() => page.getByRole('grid').getByText('two words').count()).toBe(1);

  await page.reload();
  await button('Remove the tag stripe').focus();
  await page.keyboard.press('Enter');
  await soon(() => tagsOf(id)).toEqual(['two words']);
  await soon(focused).toBe('Remove the tag two words');
  await page.keyboard.press('Enter');
  await soon(() => tagsOf(id)).toEqual([]);
  await soon(focused).toBe('New tag');
});

test('the palette leads there', async () => {
  const id = await exchanged(rig, 'GET /tagged');
  page = await rig.open(`/r/${id}`);
  await button('Tag').waitFor();
  await page.keyboard.press('Control+k');
  await page.keyboard.type('tag');
  await page.getByRole('option', { name: /^Tag/ }).click();
  await soon(focused).toBe('New tag');
  await page.keyboard.type('stripe');
  await page.keyboard.press('Enter');
  await soon(() => tagsOf(id)).toEqual(['stripe']);
});

test('by the pointer, with tags of other exchanges to choose from', async () => {
  const other = await exchanged(rig, 'GET /other');
  rig.inspector.store.tag(other, ['stripe', 'webhook']);
  const id = await exchanged(rig, 'GET /tagged');
  rig.inspector.store.tag(id, ['Webhook']);
  page = await rig.open(`/r/${id}`);
  await button('Tag').click();
  const offered = () =>
    panelOf(page)
      .locator('datalist option')
      .evaluateAll((options) => options.map((each) => each.getAttribute('value')));
  await soon(offered).toEqual(['stripe']);
  await field().fill('stripe');
  await button('Add').click();
  await soon(() => tagsOf(id)).toEqual(['Webhook', 'stripe']);
  await soon(offered).toEqual([]);
  await soon(focused).toBe('New tag');
  await button('Remove the tag Webhook').click();
  await soon(() => tagsOf(id)).toEqual(['stripe']);
  await button('Done').click();
  await field().waitFor({ state: 'detached' });
  const { width = 0, height = 0 } = (await button('Remove the tag stripe').boundingBox()) ?? {};
  expect(Math.min(width, height)).toBeGreaterThanOrEqual(24);
});

test('what is no tag, or one too many, is refused with the reason, and stays to be changed', async () => {
  const id = await exchanged(rig, 'GET /tagged');
  page = await rig.open(`/r/${id}`);
  await button('Tag').click();
  await page.keyboard.type('x'.repeat(25));
  await page.keyboard.press('Enter');
  await page.getByText('A tag has 1 to 24 characters').waitFor();
  expect(await field().inputValue()).toBe('x'.repeat(25));
  await page.keyboard.press('Backspace');
  await page.keyboard.press('Enter');
  await soon(() => tagsOf(id)).toEqual(['x'.repeat(24)]);
  await field().fill('a, b,c,d,e,f,g');
  await soon(() => tagsOf(id).length).toBe(8);
  await page.keyboard.type('one too many');
  await page.keyboard.press('Enter');
  await page.getByText('An exchange has at most 8 tags.').waitFor();
  expect(tagsOf(id)).toHaveLength(8);
  const row = page.getByRole('grid').getByRole('row', { name: /tagged/ });
  await row.getByText('+6').waitFor();
  await row.getByText('more tags: b, c, d, e, f, g').waitFor();
});

test('a chip filters by its tag, and no longer; the filter offers tags', async () => {
  const id = await exchanged(rig, 'GET /tagged');
  await exchanged(rig, 'GET /untagged');
  rig.inspector.store.tag(id, ['two words']);
  page = await rig.open(`/r/${id}`);
  const others = () => page.getByRole('grid').getByText('/untagged').count();
  await soon(others).toBe(1);
  const chip = button('Filter by two words');
  await chip.click();
  await soon(others).toBe(0);
  expect(new URL(page.url()).searchParams.get('q')).toBe('tag:"two words"');
  expect(await chip.getAttribute('aria-pressed')).toBe('true');
  await chip.click();
  await soon(others).toBe(1);
  await page.getByRole('combobox', { name: 'Filter' }).fill('tag:');
  await page.getByRole('option', { name: /two words/ }).click();
  await soon(others).toBe(0);
});

test('what hides in a tag is seen', async () => {
  const id = await exchanged(rig, 'GET /tagged');
  rig.inspector.store.tag(id, ['a\u202eb <b>c</b>']);
  page = await rig.open(`/r/${id}`);
  await button('Filter by a\\u202eb <b>c</b>').waitFor();
  await page.getByRole('grid').getByText('a\\u202eb <b>c</b>').waitFor();
});

test('a HAR file carries them; there they are only read', async () => {
  const id = await exchanged(rig, 'GET /tagged');
  rig.inspector.store.tag(id, ['stripe', 'two words', 'third']);
  page = await rig.open('/import');
  const har = await page.request.get(new URL('/api/v1/export.har', page.url()).href);
  const file = { name: 'capture.har', mimeType: 'application/json', buffer: await har.body() };
  await page.getByLabel('HAR file').setInputFiles(file);
  const list = page.getByRole('listbox', { name: 'Exchanges of the file' });
  await list.getByText('two words').waitFor();
  await list.getByText('+1').waitFor();
  await list.focus();
  await page.keyboard.press('ArrowDown');
  await panelOf(page).getByText('third').waitFor();
  expect(await panelOf(page).getByRole('button', { name: 'Tag' }).count()).toBe(0);
});
