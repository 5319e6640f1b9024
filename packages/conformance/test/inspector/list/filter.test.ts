/** The filter of the list, used as a person does. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { InspectorRig } from '../../../src/rig/index.ts';
import { RowFeed } from './row-feed.ts';

let rig: InspectorRig;
let page: Page;
const feed = new RowFeed();
beforeAll(async () => {
  rig = await InspectorRig.start();
  rig.inspector.show(feed.tunnel);
});
afterAll(() => rig.close());
beforeEach(async () => {
  rig.inspector.store.clear();
  for (let i = 0; i < 30; i++) feed.exchange(`/ok/${i}`);
  feed.exchange('/api/users', { status: 500, method: 'POST' });
  feed.exchange('/api/orders', { status: 404 });
  page = await rig.open();
  await page.getByText('32 exchanges').waitFor();
});
afterEach(() => page.context().close());

const field = () => page.getByRole('combobox', { name: 'Filter' });
const rows = () => page.getByRole('row').filter({ has: page.getByRole('gridcell') });
const options = () => page.getByRole('option');
const finds = (count: number) =>
  page.getByText(`${count} of ${rig.inspector.store.size}`, { exact: true }).waitFor();

describe('typing', () => {
  test('begins with a slash, and ends in the list and in the address', async () => {
    await page.keyboard.press('/');
    await page.keyboard.type('status:>=400');
    await finds(2);
    expect(await rows().count()).toBe(2);
    await page.waitForURL(/q=status%3A%3E%3D400/);
    await page.getByText('Shown: status is 400 or more.').waitFor();
    await page.reload();
    await finds(2);
    expect(await field().inputValue()).toBe('status:>=400');
  });

  test('loses no letter while exchanges come in', async () => {
    let i = 0;
    const timer = setInterval(() => feed.exchange(`/flood/${i++}`), 2);
    const text = 'path:/api -method:GET status:5xx';
    try {
      await field().pressSequentially(text, { delay: 20 });
    } finally {
      clearInterval(timer);
    }
    expect(await field().inputValue()).toBe(text);
    await expect.poll(() => rows().count()).toBe(1);
    await rows().getByText('/api/users').waitFor();
  });

  test('gives way to Back', async () => {
    await page.goto(new URL('/?q=is:error', rig.inspector.url).href);
    await finds(1);
    await page.getByText('/api/users').click();
    await page.waitForURL(/\/r\/.*q=is(:|%3A)error/);
    await page.goBack();
    await page.waitForURL(/\/\?q=is/);
    expect(await field().inputValue()).toBe('is:error');
    await finds(1);
  });

  test('of headers and bodies asks the server', async () => {
    await field().fill('header:content-type=json path:/api');
    await finds(2);
    await field().fill('header:x-nobody-has');
    await page.getByText('No exchange matches the filter').waitFor();
  });
});

describe('what is offered', () => {
  test('is chosen by arrows and Enter, each with a sentence', async () => {
    await field().fill('st');
    await options().filter({ hasText: 'Status of the response' }).waitFor();
    expect(await field().getAttribute('aria-expanded')).toBe('true');
    await page.keyboard.press('ArrowDown');
    const chosen = await field().getAttribute('aria-activedescendant');
    expect(await page.locator(`[id="${chosen}"]`).getAttribute('aria-selected')).toBe('true');
    await page.keyboard.press('Enter');
    expect(await field().inputValue()).toBe('status:');
    await options().filter({ hasText: /^5xx/ }).click();
    expect(await field().inputValue()).toBe('status:5xx ');
    await finds(1);
    await page.keyboard.press('Escape');
    expect(await field().getAttribute('aria-expanded')).toBe('false');
  });

  test('knows what was seen', async () => {
    await field().fill('path:/api/o');
    await options().filter({ hasText: '/api/orders' }).click();
    await finds(1);
    await field().fill('method:P');
    await options().filter({ hasText: 'POST' }).first().waitFor();
  });

  test('begins with saved and recent filters', async () => {
    await field().fill('is:error');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Save this filter' }).click();
    await field().fill('status:404');
    await page.keyboard.press('Enter');
    await field().fill('');
    await page.getByText('32 exchanges').waitFor();
    await page.reload();
    await page.getByText('32 exchanges').waitFor();
    await field().click();
    await options().nth(1).filter({ hasText: 'status:404Recent filter' }).waitFor();
    await options().nth(0).filter({ hasText: 'is:errorSaved filter' }).click();
    await finds(1);
  });
});

test('what is wrong is underlined and said; the rest works', async () => {
  await field().fill('nonsense:1 status:404');
  await finds(1);
  expect(await field().getAttribute('aria-invalid')).toBe('true');
  const said = await field().getAttribute('aria-describedby');
  expect(await page.locator(`[id="${said}"]`).textContent()).toContain('nonsense');
  const underlined = await page
    .locator('search [aria-hidden] span')
    .first()
    .evaluate((element) => getComputedStyle(element).textDecorationLine);
  expect(underlined).toBe('underline');
});

describe('without typing', () => {
  test('buttons put terms in, and take them out', async () => {
    const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
    await press('Errors');
    await finds(1);
    await press('HTTP');
    expect(await field().inputValue()).toBe('is:error -is:ws');
    await press('WebSocket');
    expect(await field().inputValue()).toBe('is:error is:ws');
    const pressed = page.getByRole('button', { name: 'WebSocket' });
    expect(await pressed.getAttribute('aria-pressed')).toBe('true');
    await press('All');
    expect(await field().inputValue()).toBe('');
    await page.getByText('32 exchanges').waitFor();
  });

  test('a chip is taken out, and the focus is not lost', async () => {
    await field().fill('path:/api status:404');
    await finds(1);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Take out status:404' }).click();
    await finds(2);
    expect(await field().inputValue()).toBe('path:/api');
    expect(await field().evaluate((element) => element === document.activeElement)).toBe(true);
  });

  test('Escape in the list clears it', async () => {
    await field().fill('status:404');
    await finds(1);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await page.getByText('32 exchanges').waitFor();
    expect(await field().inputValue()).toBe('');
  });
});

test('counts are told to screen readers, and not too often', async () => {
  await page.evaluate(() => {
    const told: { at: number; text: string }[] = [];
    Object.assign(globalThis, { told });
    const region = document.querySelector('[role=status][aria-live=polite]');
    new MutationObserver(() => {
      const text = region?.textContent ?? '';
      if (text !== '') told.push({ at: performance.now(), text });
    }).observe(region as Element, { childList: true, characterData: true, subtree: true });
  });
  const told = () =>
    page.evaluate(() => (globalThis as unknown as { told: { at: number; text: string }[] }).told);
  const timer = setInterval(() => feed.exchange('/more'), 20);
  try {
    await expect.poll(async () => (await told()).length, { timeout: 30_000 }).toBe(3);
  } finally {
    clearInterval(timer);
  }
  const [, second, third] = await told();
  expect(third?.text).toMatch(/^[\d,]+ exchanges$/);
  expect((third?.at ?? 0) - (second?.at ?? 0)).toBeGreaterThan(4_500);
});
