/** Contrast themes of the system: what is chosen, focused, current or off is told without colours. */
import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { looks, systemColor } from './access-views.ts';
import { AllKinds } from './all-kinds.ts';

let kinds: AllKinds;
let page: Page;
beforeAll(async () => {
  kinds = await AllKinds.start();
});
afterEach(() => page?.context().close());
afterAll(() => kinds.close());

async function open(path: string, colorScheme: 'light' | 'dark' = 'light'): Promise<void> {
  page = await kinds.rig.open(path, { forcedColors: 'active', colorScheme });
  await page.getByText('Live', { exact: true }).waitFor();
}

const exchange = (name: string, tab: string) => open(`/r/${kinds.id(name)}/${tab}`);

async function expectChosen(element: Locator): Promise<void> {
  await element.waitFor();
  const ground = await systemColor(page, 'Highlight');
  await expect.poll(() => looks(element, 'background-color')).toBe(ground);
  expect(await looks(element, 'color')).toBe(await systemColor(page, 'HighlightText'));
}

async function expectNotChosen(element: Locator): Promise<void> {
  expect(await looks(element, 'background-color')).not.toBe(await systemColor(page, 'Highlight'));
}

describe('what is chosen has the ground of what is chosen', () => {
  test('a row of the list, all of its words and marks', async () => {
    await exchange('error', 'overview');
    const row = page.locator('[role=row][aria-selected=true]');
    await expectChosen(row);
    const colors = await row.evaluate((it) => [
      ...new Set([...it.querySelectorAll('*')].map((part) => getComputedStyle(part).color)),
    ]);
    expect(colors).toEqual([await systemColor(page, 'HighlightText')]);
    await expectNotChosen(page.locator('[role=row][data-id]:not([aria-selected=true])').first());
  });

  test('a tab, the view that is shown, a button that is pressed', async () => {
    await exchange('html', 'request');
    await expectChosen(page.getByRole('tab', { name: 'Request' }));
    await expectNotChosen(page.getByRole('tab', { name: 'Overview' }));
    const under = await looks(page.getByRole('tab', { name: 'Overview' }), 'border-bottom-color');
    expect(under).toBe(await systemColor(page, 'Canvas'));
    await expectChosen(page.getByRole('link', { name: 'Traffic' }));
    await expectNotChosen(page.getByRole('link', { name: 'Tunnels' }));
    await expectChosen(page.getByRole('button', { name: 'Pin', exact: true }));
    await expectChosen(page.getByRole('button', { name: 'All', exact: true }));
    await expectNotChosen(page.getByRole('button', { name: 'Errors', exact: true }));
  });

  test('an entry of the palette, of the filter, of the messages; one of several choices', async () => {
    await exchange('open', 'messages');
    const messages = page.getByRole('listbox', { name: 'Messages' });
    await messages.focus();
    await page.keyboard.press('ArrowDown');
    await expectChosen(messages.getByRole('option', { selected: true }));
    await page.keyboard.press('Control+k');
    await expectChosen(page.getByRole('dialog').getByRole('option', { selected: true }));
    await page.keyboard.press('Escape');
    await open('/');
    await page.keyboard.press(',');
    const theme = page.getByRole('group', { name: 'Theme' });
    await expectChosen(theme.locator('label').filter({ hasText: 'System' }));
    await expectNotChosen(theme.locator('label').filter({ hasText: 'Dark' }));
  });
});

describe('the focus is a ring', () => {
  test('around a button, a field, a tab, the splitter', async () => {
    await exchange('json', 'overview');
    for (const element of [
      page.getByRole('button', { name: 'Settings' }),
      page.getByRole('combobox', { name: 'Filter' }),
      page.getByRole('tab', { name: 'Overview' }),
      page.getByRole('separator'),
    ]) {
      await element.focus();
      await page.keyboard.press('Shift');
      expect(await looks(element, 'outline-style')).toBe('solid');
      expect(await looks(element, 'outline-width')).toBe('2px');
      // Of the tab it lies on the ground of what is chosen.
      const ground = await looks(element, 'background-color');
      const isTab = (await element.getAttribute('role')) === 'tab';
      if (isTab) expect(await looks(element, 'outline-color')).not.toBe(ground);
    }
  });

  test('within the row of the list that the keyboard is at', async () => {
    await open('/');
    await page.getByRole('grid').focus();
    for (let i = 0; i < 2; i++) await page.keyboard.press('ArrowDown');
    const row = page.locator('[role=row][data-active=true]');
    await expect.poll(() => looks(row, 'outline-width')).toBe('2px');
    const around = page.locator('[role=row][data-id]:not([data-active=true])').first();
    expect(await looks(around, 'outline-style')).toBe('none');
  });
});

describe('what is drawn is drawn in the colour of the text', () => {
  for (const scheme of ['light', 'dark'] as const) {
    test(`bars, curves, edges: ${scheme}`, async () => {
      await open(`/r/${kinds.id('json')}/timing`, scheme);
      const text = await systemColor(page, 'CanvasText');
      expect(text).not.toBe(await systemColor(page, 'Canvas'));
      const bar = page.locator('[data-place=upstream]').first();
      await bar.waitFor();
      expect(await looks(bar, 'background-color')).toBe(text);
      expect(await looks(page.getByRole('separator'), 'background-color')).toBe(text);
      await open('/status', scheme);
      const curve = page.getByRole('img', { name: /Requests in each/ }).locator('path');
      expect(await looks(curve.last(), 'stroke')).toBe(text);
      await open(`/r/${kinds.id('open')}/activity`, scheme);
      const way = page.getByRole('tabpanel').locator('path[data-way="↓"]').last();
      await way.waitFor();
      expect(await looks(way, 'stroke')).toBe(text);
    });
  }

  test('states have their word, and an edge', async () => {
    await open('/status');
    const pill = page.getByRole('banner').getByText('Connected', { exact: true });
    await pill.waitFor();
    expect(await looks(pill, 'outline-style')).toBe('solid');
    await open(`/r/${kinds.id('html')}/overview`);
    const chip = page.getByRole('list', { name: /Tags/ }).locator('li').first();
    expect(await looks(chip, 'border-top-style')).toBe('solid');
  });

  test('what cannot be done is grey', async () => {
    await exchange('open', 'overview');
    const button = page.getByRole('button', { name: 'Send again' });
    const grey = await systemColor(page, 'GrayText');
    expect(await looks(button, 'color')).toBe(grey);
    expect(await looks(button, 'border-top-color')).toBe(grey);
  });
});
