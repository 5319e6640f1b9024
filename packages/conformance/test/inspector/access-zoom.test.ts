/** Zoom and large text: everything stays there and can be reached (WCAG 2.2: 1.4.4, 1.4.10, 2.4.11). */
import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { show, viewsOf } from './access-views.ts';
import { AllKinds } from './all-kinds.ts';

const FACTOR = 2;
/** What a window of 1280 by 800 has at 200 %, and what one of 1280 by 1024 has at 400 %. */
const WINDOWS: Readonly<Record<string, BrowserContextOptions>> = {
  '200 %': { viewport: { width: 640, height: 400 }, deviceScaleFactor: FACTOR },
  '400 %': { viewport: { width: 320, height: 256 }, deviceScaleFactor: FACTOR },
};
/** Pixels that fractions may cost. */
const NEAR = 1;

let kinds: AllKinds;
let page: Page;
beforeAll(async () => {
  kinds = await AllKinds.start();
});
afterEach(() => page?.context().close());
afterAll(() => kinds.close());

describe.each(Object.keys(WINDOWS))('at %s', (zoom) => {
  test('no view scrolls sideways, and whatever has the focus is in sight', async () => {
    page = await kinds.rig.open('/', WINDOWS[zoom]);
    expect(await faultsOfViews()).toEqual([]);
  }, 180_000);
});

test('text of twice the size makes no view scroll sideways or loses what has the focus', async () => {
  page = await kinds.rig.open('/');
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Page.setFontSizes', { fontSizes: { standard: 32, fixed: 26 } });
  const size = () => page.evaluate(() => getComputedStyle(document.documentElement).fontSize);
  await expect.poll(size).toBe('32px');
  expect(await faultsOfViews()).toEqual([]);
}, 180_000);

/** Goes through each view with the Tab key. */
async function faultsOfViews(): Promise<string[]> {
  const faults: string[] = [];
  for (const [name, view] of Object.entries(viewsOf(kinds))) {
    await show(page, view);
    const excess = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (excess > 0) faults.push(`${name}: ${excess} px too wide`);
    faults.push(...(await faultsOfFocus()).map((fault) => `${name}: ${fault}`));
  }
  return faults;
}

const STOPS_MAX = 60;

async function faultsOfFocus(): Promise<string[]> {
  const faults = new Set<string>();
  await page.evaluate(() => window.scrollTo(0, 0));
  for (let stop = 0; stop < STOPS_MAX; stop++) {
    await page.keyboard.press('Tab');
    const { fault, isEnd } = await page.evaluate(lookAtFocus, NEAR);
    if (fault !== '') faults.add(fault);
    if (isEnd) break;
  }
  return [...faults];
}

/** What of the focused element cannot be seen: it must not be covered or cut off altogether. */
function lookAtFocus(near: number): { fault: string; isEnd: boolean } {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  if (element === null || element === document.body) return { fault: '', isEnd: true };
  const isEnd = element.hasAttribute('data-was-here');
  element.setAttribute('data-was-here', '');
  // What is not drawn itself stands for its label.
  const shown = element.closest('label') ?? element;
  const box = shown.getBoundingClientRect();
  const name = `${element.tagName} ${element.getAttribute('aria-label') ?? element.textContent?.slice(0, 40)}`;
  const left = Math.max(box.left, 0);
  const right = Math.min(box.right, innerWidth);
  const top = Math.max(box.top, 0);
  const bottom = Math.min(box.bottom, innerHeight);
  if (right - left < near || bottom - top < near) {
    return { fault: `${name} is out of sight`, isEnd };
  }
  const places = [0.1, 0.5, 0.9].flatMap((x) => [0.1, 0.5, 0.9].map((y) => [x, y] as const));
  const isSeen = places.some(([x, y]) => {
    const root = shown.getRootNode() as Document | ShadowRoot;
    const over = root.elementFromPoint(left + x * (right - left), top + y * (bottom - top));
    return over !== null && (shown.contains(over) || over.contains(shown));
  });
  return { fault: isSeen ? '' : `${name} is covered`, isEnd };
}

describe('in a window of 640 by 400', () => {
  async function open(path: string): Promise<void> {
    page = await kinds.rig.open(path, WINDOWS['200 %']);
    await page.getByText('Live', { exact: true }).waitFor();
  }

  test('the head of the list never covers the row that the keyboard is at', async () => {
    await open('/');
    const grid = page.getByRole('grid');
    await grid.focus();
    const head = grid.getByRole('rowgroup').first();
    for (const key of ['End', 'ArrowUp', 'ArrowUp', 'Home', 'PageDown', 'PageDown', 'PageUp']) {
      await page.keyboard.press(key);
      const row = await page.locator('[data-active=true]').boundingBox();
      const above = await head.boundingBox();
      const room = await grid.boundingBox();
      if (row === null || above === null || room === null) throw new Error(`${key}: no row`);
      expect(row.y, key).toBeGreaterThanOrEqual(above.y + above.height - NEAR);
      expect(row.y + row.height, key).toBeLessThanOrEqual(room.y + room.height + NEAR);
    }
  });

  test('a menu that is too high scrolls to its last entry', async () => {
    await open('/');
    await page.getByRole('button', { name: 'View of the list' }).click();
    await page.keyboard.press('End');
    const last = page.getByRole('menuitem', { name: 'Look at a HAR file' });
    const box = await last.boundingBox();
    expect((box?.y ?? 1_000) + (box?.height ?? 0)).toBeLessThanOrEqual(400);
    await last.click();
    await page.getByLabel('HAR file').waitFor();
  });

  test('a note is written, and what is below it can still be read', async () => {
    await open(`/r/${kinds.id('html')}/overview`);
    await page.getByRole('button', { name: 'Note' }).click();
    await page.getByRole('textbox').last().fill('remember this');
    const below = page.getByText('Id in the inspector');
    await below.scrollIntoViewIfNeeded();
    const box = await below.boundingBox();
    expect((box?.y ?? 1_000) + (box?.height ?? 0)).toBeLessThanOrEqual(400);
    await page.getByRole('button', { name: 'Cancel' }).click();
  });

  test('a message is written and sent to your app', async () => {
    await open(`/r/${kinds.id('open')}/messages`);
    await page.getByRole('button', { name: 'Send a message…' }).click();
    await page.getByRole('textbox', { name: 'Message' }).fill('from a narrow window');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    const options = page.getByRole('option');
    await options.filter({ hasText: 'from a narrow window' }).scrollIntoViewIfNeeded();
  });

  test('the dialog of an edited request scrolls inside; its buttons stay', async () => {
    await open(`/r/${kinds.id('json')}/overview`);
    await page.getByRole('tabpanel').getByText('Route').waitFor();
    await page.keyboard.press('e');
    const dialog = page.getByRole('dialog');
    const send = dialog.getByRole('button', { name: 'Send', exact: true });
    await send.waitFor();
    await dialog.getByRole('button', { name: 'Add a header' }).click();
    const box = await send.boundingBox();
    expect((box?.y ?? 1_000) + (box?.height ?? 0)).toBeLessThanOrEqual(400);
    expect(await page.evaluate(() => document.documentElement.scrollHeight)).toBe(400);
  });
});
