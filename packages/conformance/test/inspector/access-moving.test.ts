/** What moves by itself: it can be stopped, and comes to ears in portions (WCAG 2.2: 2.2.2, 2.1.4, 4.1.3). */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { InspectorRig } from '../../src/rig/index.ts';
import { RowFeed } from './list/row-feed.ts';

let rig: InspectorRig;
let page: Page;
const feed = new RowFeed();
beforeAll(async () => {
  rig = await InspectorRig.start();
  rig.inspector.show(feed.tunnel);
});
beforeEach(() => {
  rig.inspector.store.isPaused = false;
  rig.inspector.store.clear();
  feed.exchange('/first');
  const waiting = feed.open('/socket', 'upgrade');
  feed.answer(waiting, 101);
  feed.open('/pending');
});
afterEach(() => page?.context().close());
afterAll(() => rig.close());

async function open(options: Parameters<InspectorRig['open']>[1] = {}): Promise<void> {
  page = await rig.open('/', options);
  await page.getByText('Live', { exact: true }).waitFor();
  await page.getByText('/pending').waitFor();
}

const running = () =>
  page.evaluate(
    () => document.getAnimations().filter(({ playState }) => playState === 'running').length,
  );

test('nothing moves for whoever wants it so', async () => {
  await open({ reducedMotion: 'no-preference' });
  await expect.poll(running).toBeGreaterThan(0);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await expect.poll(running).toBe(0);
  await page.getByText('/socket').click();
  await page.getByRole('tabpanel').waitFor();
  await expect.poll(running).toBe(0);
});

test('a paused list is still: no row comes, none changes, no time goes on', async () => {
  await open();
  await page.getByRole('button', { name: 'Pause' }).click();
  const rows = page.getByRole('grid');
  const before = await rows.textContent();
  for (let i = 0; i < 5; i++) feed.exchange(`/later/${i}`);
  await page.getByRole('button', { name: 'Paused, 5 new' }).waitFor();
  // Ages are told in seconds: one that goes on is another by now.
  await page.waitForFunction((since) => Date.now() - since > 2_000, Date.now());
  expect(await rows.textContent()).toBe(before);
  await page.getByRole('button', { name: 'Paused, 5 new' }).click();
  await page.getByText('/later/4').waitFor();
});

/** Each is a command of the page. */
const LETTERS = [
  'j',
  'k',
  '/',
  ' ',
  'x',
  '[',
  ']',
  'r',
  'e',
  'c',
  'u',
  'p',
  '#',
  'd',
  't',
  ',',
  '?',
];

test('switched off, no single letter does anything; the other keys do', async () => {
  await open();
  await page.keyboard.press(',');
  await page.getByRole('dialog').getByLabel('Single letters do something').uncheck();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  await page.getByText('/first').click();
  await page.getByRole('tabpanel').waitFor();
  await page.getByRole('grid').focus();
  const state = () =>
    page.evaluate(() => ({
      address: location.href,
      focus: document.activeElement?.getAttribute('role'),
      dialogs: document.querySelectorAll('dialog[open]').length,
      pressed: [...document.querySelectorAll('[aria-pressed=true]')].map((it) => it.textContent),
      rows: document.querySelectorAll('[role=row][data-id]').length,
      said: document.querySelector('[aria-live]')?.textContent,
    }));
  const before = await state();
  const kept = rig.inspector.store.size;
  for (const letter of LETTERS) {
    await page.keyboard.press(letter === ' ' ? 'Space' : letter);
    expect(await state(), letter).toEqual(before);
  }
  expect(rig.inspector.store.size).toBe(kept);
  await page.keyboard.press('Escape');
  await expect.poll(() => new URL(page.url()).pathname).toBe('/');
  await page.reload();
  await page.getByText('/first').waitFor();
  await page.keyboard.press('t');
  expect(new URL(page.url()).pathname).toBe('/');
});

test('hundreds of rows are one count to ears, politely, and no row is an announcement', async () => {
  await open();
  await page.evaluate(() => {
    const told: string[] = [];
    Object.assign(globalThis, { told });
    new MutationObserver((changes) => {
      for (const { target } of changes) {
        const element = target instanceof Element ? target : target.parentElement;
        if (element?.closest('[aria-live], [role=status], [role=alert], [role=log]')) {
          told.push(element.textContent ?? '');
        }
      }
    }).observe(document.body, { childList: true, characterData: true, subtree: true });
  });
  const told = () =>
    page.evaluate(() => (globalThis as unknown as { told: string[] }).told.filter(Boolean));
  let rows = 0;
  const timer = setInterval(() => feed.exchange(`/burst/${++rows}`), 10);
  try {
    await expect.poll(async () => (await told()).length, { timeout: 30_000 }).toBe(2);
  } finally {
    clearInterval(timer);
  }
  expect(rows).toBeGreaterThan(300);
  for (const text of await told()) expect(text).toMatch(/^[\d,]+ exchanges$/);
  const polite = page.locator('[aria-live]');
  expect(await polite.getAttribute('aria-live')).toBe('polite');
  expect(await page.getByRole('grid').locator('[aria-live]').count()).toBe(0);
});
