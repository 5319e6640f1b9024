/** What is around every view: bar, notices, keys, palette, help, settings. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { InspectorRig } from '../../src/rig/index.ts';

let rig: InspectorRig;
let page: Page;
beforeAll(async () => {
  rig = await InspectorRig.start({
    rig: { upstream: { handler: (request, response) => response.end(request.url) } },
  });
});
afterEach(() => page?.context().close());
afterAll(() => rig.close());

function dialog(name: string) {
  return page.getByRole('dialog', { name });
}

async function open(path = '/', options: Parameters<InspectorRig['open']>[1] = {}): Promise<Page> {
  page = await rig.open(path, options);
  await page.getByText('Live', { exact: true }).waitFor();
  return page;
}

test('the bar tells how the tunnel is, and its address can be copied, opened, shown', async () => {
  await open('/', { permissions: ['clipboard-read', 'clipboard-write'] });
  const bar = page.getByRole('banner');
  await bar.getByText('Connected').waitFor();
  await bar.getByText(/^[\d.]+ ms$/).waitFor();
  const { url } = rig.rig.tunnel;
  await bar.getByText(url).waitFor();

  await bar.getByRole('button', { name: 'Copy the public URL' }).click();
  await page.getByText('Copied the public URL').waitFor();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(url);

  const link = bar.getByRole('link', { name: /new tab/ });
  expect(await link.getAttribute('href')).toBe(url);
  expect(await link.getAttribute('target')).toBe('_blank');
  expect(await link.getAttribute('rel')).toBe('noreferrer');

  const code = bar.getByRole('button', { name: /QR code/ });
  await code.focus();
  await page.keyboard.press('Enter');
  await dialog('QR code')
    .getByRole('img', { name: `QR code of ${url}` })
    .waitFor();
  await page.keyboard.press('Escape');
  await dialog('QR code').waitFor({ state: 'hidden' });
  expect(await code.evaluate((element) => element === document.activeElement)).toBe(true);
});

test('views are links; the filter stays, and Back works', async () => {
  await open('/?q=method%3AGET');
  await page.getByRole('link', { name: 'Tunnels' }).click();
  await page.getByRole('heading', { level: 2, name: 'one' }).waitFor();
  expect(await page.title()).toBe('Tunnels – Sellia');
  expect(new URL(page.url()).search).toBe('?q=method%3AGET');
  await page.goBack();
  await expect.poll(() => page.title()).toBe('Sellia');
});

test('capture stops for everybody, says so, and begins again', async () => {
  await open();
  await page.getByRole('button', { name: 'Capture is on: stop' }).click();
  const notice = page.getByRole('region', { name: 'Notice' });
  await notice.getByText('Capture is off.').waitFor();
  const before = rig.inspector.store.size;
  await rig.rig.ask('/unseen');
  expect(rig.inspector.store.size).toBe(before);
  await notice.getByRole('button', { name: 'Begin again' }).click();
  await notice.waitFor({ state: 'hidden' });
  await rig.rig.ask('/seen');
  expect(rig.inspector.store.size).toBe(before + 1);
});

test('the palette does everything by keyboard alone', async () => {
  await open();
  await rig.rig.ask('/orders/42');
  await page.keyboard.press('Control+k');
  const field = page.getByRole('combobox', { name: 'Commands, tunnels, paths' });
  await expect.poll(() => field.evaluate((it) => it === document.activeElement)).toBe(true);
  await page.keyboard.type('tunnels');
  await page.getByRole('option', { name: /Tunnels/, selected: true }).waitFor();
  await page.keyboard.press('Enter');
  await expect.poll(() => new URL(page.url()).pathname).toBe('/status');

  await page.keyboard.press('Control+k');
  await page.keyboard.type('orders 42');
  await page.getByRole('option', { name: /GET \/orders\/42/, selected: true }).waitFor();
  await page.keyboard.press('Enter');
  await expect.poll(() => new URL(page.url()).pathname).toMatch(/^\/r\//);

  await page.keyboard.press('Control+k');
  await page.keyboard.type('nothing of this name');
  await page.getByText('Nothing found.').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
});

test('arrows go through the palette, round its ends', async () => {
  await open();
  await page.keyboard.press('Control+k');
  const options = page.getByRole('option');
  await options.first().waitFor();
  const first = await options.first().textContent();
  const last = await options.last().textContent();
  const chosen = () => page.getByRole('option', { selected: true }).textContent();
  await page.keyboard.press('ArrowUp');
  await expect.poll(chosen).toBe(last);
  await page.keyboard.press('ArrowDown');
  await expect.poll(chosen).toBe(first);
});

test('the help shows each key, and switches single letters off and on', async () => {
  await open();
  await page.keyboard.press('?');
  const help = dialog('Keys');
  for (const text of ['Send again', 'Clear the list', 'Next exchange', 'All commands', 'Ctrl+K']) {
    await help.getByText(text, { exact: true }).waitFor();
  }
  await help.getByLabel('Single letters do something').uncheck();
  await page.keyboard.press('Escape');
  await help.waitFor({ state: 'hidden' });

  await page.keyboard.press('t');
  await page.keyboard.press(',');
  await page.keyboard.press('Control+k');
  await dialog('Find').waitFor();
  expect(await page.getByRole('dialog').count()).toBe(1);
  expect(new URL(page.url()).pathname).toBe('/');
  await page.keyboard.type('keys');
  await page.keyboard.press('Enter');
  await help.getByLabel('Single letters do something').check();
  await page.keyboard.press('Escape');
  await help.waitFor({ state: 'hidden' });
  await page.keyboard.press('t');
  await expect.poll(() => new URL(page.url()).pathname).toBe('/status');
});

test('theme, density and time zone are chosen, kept, and reset', async () => {
  await open('/', { colorScheme: 'light', timezoneId: 'Asia/Tokyo' });
  await page.keyboard.press(',');
  const settings = dialog('Settings');
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await ground();
  await settings.getByRole('radio', { name: 'Dark' }).check();
  await expect.poll(ground).not.toBe(light);
  await settings.getByRole('radio', { name: 'Comfortable' }).check();
  await settings.getByRole('radio', { name: 'UTC' }).check();
  await page.keyboard.press('Escape');
  await settings.waitFor({ state: 'hidden' });

  await page.goto(new URL('/status', rig.inspector.url).href);
  await page.getByText(/UTC, for \d+ s|UTC, for \d+ min/).waitFor();
  expect(await page.evaluate(() => ({ ...document.documentElement.dataset }))).toEqual({
    theme: 'dark',
    density: 'comfortable',
  });
  await page.getByRole('button', { name: 'Settings' }).first().click();
  await settings.getByRole('button', { name: /Reset/ }).click();
  await expect.poll(ground).toBe(light);
});

test('nobody sees the other theme flash up', async () => {
  await open('/', { colorScheme: 'light' });
  await page.evaluate(() =>
    localStorage.setItem('sellia', JSON.stringify({ state: { theme: 'dark' }, version: 1 })),
  );
  // Without the program of the page there is only what runs before the first paint.
  await page.route(/\/assets\/index-.*\.js$/, (route) => route.abort());
  await page.reload();
  const shown = await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme);
  expect(shown).toBe('dark');
  expect(rig.takeComplaints().join()).toContain('ERR_FAILED');
});

test('what is captured and what is secret is set for everybody', async () => {
  await open();
  await page.getByRole('button', { name: 'Settings' }).click();
  const settings = dialog('Settings');
  await settings.getByLabel('Of each body').selectOption({ label: 'The first 64.0 KiB' });
  await page.getByText('Holds from now on').waitFor();
  await settings.getByLabel('Of each WebSocket that opens').selectOption('messages');
  await settings.getByLabel('More secrets').fill('X-Shop-Session\n\n  shop_pin ');
  await settings.getByRole('button', { name: 'Save the names' }).click();
  await expect.poll(valuesOfServer).toEqual({
    bodyBytes: 65_536,
    socketLevel: 'messages',
    redact: ['X-Shop-Session', 'shop_pin'],
  });
});

async function valuesOfServer(): Promise<unknown> {
  const response = await fetch(new URL('/api/v1/settings', rig.inspector.url), {
    headers: { authorization: `Bearer ${rig.inspector.token}` },
  });
  return response.json();
}

test('notices need the leave of the browser', async () => {
  await open('/', { permissions: ['notifications'] });
  await page.keyboard.press(',');
  const box = dialog('Settings').getByLabel(/Notify me/);
  await box.click();
  await expect.poll(() => box.isChecked()).toBe(true);
});

test('the title counts what failed while nobody looked', async () => {
  await open();
  await setHidden(true);
  rig.rig.handlerOrigin.server.prependOnceListener('request', (_request, response) => {
    response.statusCode = 500;
  });
  await rig.rig.ask('/fails');
  await rig.rig.ask('/does-not');
  await expect.poll(() => page.title()).toBe('(1) Sellia');
  await setHidden(false);
  await expect.poll(() => page.title()).toBe('Sellia');
});

/** A headless browser's pages are all in front: it is told otherwise. */
async function setHidden(isHidden: boolean): Promise<void> {
  await page.evaluate((hidden) => {
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden });
    document.dispatchEvent(new Event('visibilitychange'));
  }, isHidden);
}

test('at 320 px everything is behind one menu, and nothing scrolls sideways', async () => {
  await open('/', { viewport: { width: 320, height: 640 } });
  await page.getByRole('banner').getByText('Connected').waitFor();
  await page.getByRole('banner').getByRole('button', { name: 'Copy the public URL' }).waitFor();
  await page.getByRole('button', { name: 'Menu' }).focus();
  await page.keyboard.press('Enter');
  for (const name of ['Traffic', 'Stop capture', 'All commands', 'Settings', 'Keys']) {
    await page.getByRole('menuitem', { name }).waitFor();
  }
  await page.getByRole('menuitem', { name: 'Tunnels' }).click();
  await page.getByRole('heading', { level: 2, name: 'one' }).waitFor();
  const excess = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(excess).toBe(0);
});

test('the first Tab leads past the bar', async () => {
  await open();
  await page.keyboard.press('Tab');
  const skip = page.getByRole('link', { name: 'Skip to content' });
  expect(await skip.evaluate((element) => element === document.activeElement)).toBe(true);
  await page.keyboard.press('Enter');
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('content');
});

test('there is one live region and one heading of the first level', async () => {
  await open('/status');
  expect(await page.locator('[aria-live], [role=status], [role=log]').count()).toBe(1);
  expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1);
});
