/** The list of exchanges, used as a person does. */
import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { InspectorRig } from '../../../src/rig/index.ts';
import { RowFeed } from './row-feed.ts';

let rig: InspectorRig;
let feed: RowFeed;
let page: Page;
beforeAll(async () => {
  rig = await InspectorRig.start();
  feed = new RowFeed();
  rig.inspector.show(feed.tunnel);
});
afterAll(() => rig.close());
beforeEach(() => {
  rig.inspector.store.clear();
});
afterEach(() => page.context().close());

const grid = () => page.getByRole('grid', { name: 'Exchanges' });
const rows = () =>
  grid()
    .getByRole('row')
    .filter({ has: page.getByRole('gridcell') });
const rowOf = (text: string) => rows().filter({ hasText: text });
const newest = () => rows().first();

function fill(count: number, prefix = '/item'): void {
  for (let i = 0; i < count; i++) feed.exchange(`${prefix}/${i}`);
}

/** The page with the newest exchange in sight. */
async function open(path = '/', options = {}): Promise<void> {
  page = await rig.open(path, options);
}

async function top(line: Locator): Promise<number> {
  return (await line.boundingBox())?.y ?? Number.NaN;
}

describe('a line', () => {
  test('is there when its request begins, and tells how it goes on', async () => {
    await open();
    const exchange = feed.open('/slow?a=b');
    await newest().getByText('pending').waitFor();
    feed.answer(exchange, 503);
    await newest().getByText('503').waitFor();
    feed.close(exchange, 1_234);
    await newest().getByText('1.23 s').waitFor();
    await newest().getByText('json').waitFor();
    expect(await rows().count()).toBe(1);
  });

  test('tells how a WebSocket stands, what it counted, and how it was closed', async () => {
    await open();
    const exchange = feed.open('/socket', 'upgrade');
    await newest().getByText('connecting').waitFor();
    feed.answer(exchange, 101);
    feed.tell(exchange, { type: 'upgraded' });
    await newest().getByText('open').waitFor();
    await newest().getByText('WS', { exact: true }).waitFor();
    const text = (word: string) => Uint8Array.from([0x81, word.length, ...Buffer.from(word)]);
    feed.tell(exchange, { type: 'bodyChunk', direction: 'response', chunk: text('one') });
    feed.tell(exchange, { type: 'bodyChunk', direction: 'response', chunk: text('two') });
    await newest().getByText('↓2').waitFor();
    await newest().getByText('↑0').waitFor();
    const goodbye = Uint8Array.from([0x88, 2, 0x03, 0xf3]);
    feed.tell(exchange, { type: 'bodyChunk', direction: 'response', chunk: goodbye });
    await newest().getByText('closing').waitFor();
    feed.close(exchange, 500);
    await newest().getByText('closed').waitFor();
    await newest()
      .getByTitle(/^1011 Internal error/)
      .waitFor();
  });

  test('shows what others wrote as text, and what hides in it', async () => {
    await open();
    feed.exchange('/<img src=x onerror=alert(1)>\u0080');
    await newest().getByText('/<img src=x onerror=alert(1)>\\u0080').waitFor();
    expect(await page.locator('img').count()).toBe(0);
  });

  test('has marks for what is not as always', async () => {
    await open();
    feed.exchange('/busy', { status: 429 });
    feed.exchange('/big', { bytes: 1_100_000 });
    const failed = feed.open('/down');
    const code = 'SELLIA_UPSTREAM_REFUSED';
    feed.tell(failed, { type: 'failed', durationMs: 3, code, reason: 'Nobody listens.' });
    const stream = feed.open('/stream');
    feed.answer(stream, 200, 'text/event-stream');
    await rowOf('/busy').getByText('rate-limited').waitFor();
    await rowOf('/big').getByText('truncated').waitFor();
    await rowOf('/down').getByText('upstream down').waitFor();
    await rowOf('/stream').getByText('events, open').waitFor();
  });
});

describe('while exchanges come in', () => {
  test('the newest end follows them', async () => {
    await open();
    fill(100);
    await newest().getByText('/item/99').waitFor();
    feed.exchange('/one-more');
    await newest().getByText('/one-more').waitFor();
  });

  test('further down nothing moves, and a button tells how many have come', async () => {
    fill(100);
    await open();
    await newest().getByText('/item/99').waitFor();
    await grid().evaluate((element) => element.scrollTo({ top: 1_003 }));
    const read = rowOf('/item/55');
    const before = await top(read);
    fill(42, '/later');
    await page.getByRole('button', { name: '42 new' }).waitFor();
    expect(await top(read)).toBe(before);
    await page.getByRole('button', { name: '42 new' }).click();
    await newest().getByText('/later/41').waitFor();
    expect(await page.getByRole('button', { name: /\d new/ }).count()).toBe(0);
  });

  test('scrolled back to the top, it follows again', async () => {
    fill(100);
    await open();
    await newest().getByText('/item/99').waitFor();
    await grid().evaluate((element) => element.scrollTo({ top: 500 }));
    await page.getByText('/item/70').waitFor();
    feed.exchange('/later');
    await page.getByRole('button', { name: '1 new' }).waitFor();
    await grid().evaluate((element) => element.scrollTo({ top: 0 }));
    await newest().getByText('/later').waitFor();
  });

  test('the one that is open stays in sight', async () => {
    fill(5);
    await open();
    await rowOf('/item/3').click();
    await page.waitForURL(/\/r\//);
    fill(3, '/few');
    await newest().getByText('/few/2').waitFor();
    fill(100, '/many');
    await page.getByRole('button', { name: /^\d+ new$/ }).waitFor();
    await rowOf('/item/3').waitFor();
    expect(await rowOf('/item/3').getAttribute('aria-selected')).toBe('true');
  });

  test('Space lets the list stand still, and again lets it go on', async () => {
    fill(3);
    await open();
    await newest().getByText('/item/2').waitFor();
    await page.keyboard.press(' ');
    await page.getByRole('button', { name: 'Go on' }).waitFor();
    fill(42, '/later');
    await page.getByRole('button', { name: 'Paused, 42 new' }).waitFor();
    expect(await rows().count()).toBe(3);
    await page.keyboard.press(' ');
    await newest().getByText('/later/41').waitFor();
  });
});

describe('by keyboard', () => {
  const active = async () => {
    const id = await grid().getAttribute('aria-activedescendant');
    return id === null ? '' : page.locator(`[id="${id}"]`).textContent();
  };
  const isActive = (text: string) => expect.poll(active).toContain(text);

  test('one goes through the list, opens, and comes back', async () => {
    fill(200);
    await open();
    await newest().getByText('/item/199').waitFor();
    await page.keyboard.press('j');
    await isActive('/item/199');
    await page.keyboard.press('ArrowDown');
    await isActive('/item/198');
    await page.keyboard.press('k');
    await isActive('/item/199');
    await page.keyboard.press('PageDown');
    await expect.poll(active).not.toContain('/item/199');
    await page.keyboard.press('End');
    await isActive('/item/0');
    await page.keyboard.press('Home');
    await isActive('/item/199');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/r\/\w+/);
    const url = page.url();
    await page.keyboard.press('j');
    await isActive('/item/198');
    await expect.poll(() => page.url()).not.toBe(url);
    await page.keyboard.press('Escape');
    await page.waitForURL(/\/$/);
    await isActive('/item/198');
    expect(await grid().evaluate((element) => element === document.activeElement)).toBe(true);
  });

  test('the list is one stop, its head another', async () => {
    fill(20);
    await open();
    await newest().waitFor();
    await page.getByRole('button', { name: 'View of the list' }).focus();
    const stops: string[] = [];
    for (let i = 0; i < 12 && stops.at(-1) !== 'Exchanges/head'; i++) {
      await page.keyboard.press('Tab');
      stops.push(
        await page.evaluate(() => {
          const { activeElement } = document;
          if (activeElement?.role === 'grid') return 'Exchanges';
          return activeElement?.closest('[role=grid]') ? 'Exchanges/head' : 'other';
        }),
      );
    }
    expect(stops.filter((stop) => stop !== 'other')).toEqual(['Exchanges', 'Exchanges/head']);
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.closest('[role=grid]'))).toBeNull();
  });

  test('rows have their number among all, though few of them are in the page', async () => {
    fill(1_000);
    await open();
    await newest().getByText('/item/999').waitFor();
    expect(await grid().getAttribute('aria-rowcount')).toBe('1001');
    expect(await newest().getAttribute('aria-rowindex')).toBe('2');
    expect(await rows().count()).toBeLessThan(60);
    await page.keyboard.press('End');
    await rowOf('/item/0').last().waitFor();
    expect(await rows().last().getAttribute('aria-rowindex')).toBe('1001');
  });
});

describe('columns', () => {
  test('sort, by pointer and by keyboard', async () => {
    for (const durationMs of [30, 900, 4]) feed.exchange(`/took/${durationMs}`, { durationMs });
    await open();
    await newest().getByText('/took/4').waitFor();
    const head = page.getByRole('columnheader', { name: 'Duration' });
    await head.getByRole('button').click();
    await newest().getByText('/took/900').waitFor();
    expect(await head.getAttribute('aria-sort')).toBe('descending');
    await page.keyboard.press('Enter');
    await newest().getByText('/took/4').waitFor();
    expect(await head.getAttribute('aria-sort')).toBe('ascending');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await expect
      .poll(() => page.getByRole('columnheader', { name: 'Time' }).getAttribute('aria-sort'))
      .toBe('descending');
  });

  test('are hidden, and made wider, for good', async () => {
    fill(3);
    await open();
    await newest().waitFor();
    await page.getByRole('button', { name: 'View of the list' }).click();
    await page.getByRole('menuitemcheckbox', { name: 'Column Size' }).click();
    await page.keyboard.press('Escape');
    const type = page.getByRole('columnheader', { name: 'Type' });
    const width = async () => Math.round((await type.boundingBox())?.width ?? 0);
    const before = await width();
    await type.getByRole('button').focus();
    await page.keyboard.press('Shift+ArrowRight');
    await expect.poll(width).toBe(before + 16);
    const box = await type.boundingBox();
    if (box === null) throw new Error('no column');
    // Its handle is on the side of the path, which gives the room.
    await page.mouse.move(box.x - 6, box.y + 10);
    await page.mouse.down();
    await page.mouse.move(box.x - 46, box.y + 10, { steps: 4 });
    await page.mouse.up();
    await expect.poll(width).toBe(before + 56);
    await page.reload();
    await newest().waitFor();
    expect(await width()).toBe(before + 56);
    expect(await page.getByRole('columnheader', { name: 'Size' }).count()).toBe(0);
  });
});

describe('a link to an exchange', () => {
  test('finds it in the list, far down', async () => {
    feed.exchange('/the-one');
    fill(300);
    const one = [...rig.inspector.store.newest()].find(({ row }) => row.target === '/the-one');
    await open(`/r/${one?.row.id}`);
    await rowOf('/the-one').waitFor();
    expect(await rowOf('/the-one').getAttribute('aria-selected')).toBe('true');
  });
});

describe('clearing', () => {
  test('is taken back within a while; else the server forgets, but not what came later', async () => {
    fill(5);
    await open();
    await newest().getByText('/item/4').waitFor();
    await page.keyboard.press('x');
    await page.getByText('Cleared 5 exchanges').waitFor();
    await expect.poll(() => rows().count()).toBe(0);
    expect(rig.inspector.store.size).toBe(5);
    await page.getByRole('button', { name: 'Undo' }).click();
    await newest().getByText('/item/4').waitFor();
    await page.getByRole('button', { name: 'Clear', exact: true }).click();
    feed.exchange('/later');
    await newest().getByText('/later').waitFor();
    await expect.poll(() => rig.inspector.store.size, { timeout: 20_000 }).toBe(1);
    await newest().getByText('/later').waitFor();
  });
});

describe('tunnels', () => {
  test('have a column, a filter, and can be apart', async () => {
    const other = new RowFeed('other');
    rig.inspector.show(other.tunnel);
    feed.exchange('/first');
    other.exchange('/second');
    feed.exchange('/third');
    await open();
    await rowOf('/second').getByText('other', { exact: true }).waitFor();
    await page.getByRole('button', { name: /^Tunnel: / }).click();
    await page.getByRole('menuitemradio', { name: 'other' }).click();
    await page.waitForURL(/q=tunnel/);
    await expect.poll(() => rows().count()).toBe(1);
    await page.getByRole('button', { name: /^Tunnel: / }).click();
    await page.getByRole('menuitemradio', { name: 'All tunnels' }).click();
    await page.getByRole('button', { name: 'View of the list' }).click();
    await page.getByRole('menuitemcheckbox', { name: 'Group by tunnel' }).click();
    await page.keyboard.press('Escape');
    await expect
      .poll(async () => (await rows().allInnerTexts()).map((text) => text.split('\n')[0]))
      .toEqual(['other 1', '200', 'stub 2', '200', '200']);
    await page.keyboard.press('Home');
    await page.keyboard.press('j');
    await expect.poll(() => grid().getAttribute('aria-activedescendant')).not.toBeNull();
  });
});

describe('in little room', () => {
  test('lines are cards, and an exchange covers the list, which keeps its place', async () => {
    fill(100);
    await open('/', { viewport: { width: 320, height: 640 } });
    await newest().getByText('/item/99').waitFor();
    const head = page.getByRole('rowgroup').first();
    expect((await head.boundingBox())?.height).toBeLessThanOrEqual(1);
    expect((await newest().boundingBox())?.height).toBeGreaterThan(44);
    const pageWidth = () => page.evaluate(() => document.documentElement.scrollWidth);
    expect(await pageWidth()).toBe(320);
    await grid().evaluate((element) => element.scrollTo({ top: 900 }));
    await rowOf('/item/80').click();
    await page.waitForURL(/\/r\//);
    await expect.poll(() => grid().isVisible()).toBe(false);
    expect(await pageWidth()).toBe(320);
    await page.keyboard.press('Escape');
    await rowOf('/item/80').waitFor();
    expect(await grid().evaluate((element) => element.scrollTop)).toBe(900);
    expect(await grid().evaluate((element) => element === document.activeElement)).toBe(true);
  });

  test('between, the exchange is below the list; with more room beside it', async () => {
    fill(5);
    await open('/', { viewport: { width: 800, height: 800 } });
    await rowOf('/item/3').click();
    await page.waitForURL(/\/r\//);
    const box = async (locator: Locator) => (await locator.boundingBox()) ?? { x: 0, y: 0 };
    const panel = page.getByRole('complementary', { name: 'Exchange' });
    await panel.waitFor();
    expect((await box(panel)).y).toBeGreaterThan((await box(grid())).y);
    expect((await box(panel)).x).toBe(0);
    await page.setViewportSize({ width: 1_280, height: 800 });
    await expect.poll(async () => (await box(panel)).x).toBeGreaterThan(300);
  });
});
