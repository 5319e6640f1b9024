/** Something fails while nobody looks: the title counts, and the system tells those who want it. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { InspectorRig } from '../../src/rig/index.ts';
import { RowFeed } from './list/row-feed.ts';

let rig: InspectorRig;
let page: Page;
const feed = new RowFeed();
beforeAll(async () => {
  rig = await InspectorRig.start();
  rig.inspector.show(feed.tunnel);
});
afterEach(() => page?.context().close());
afterAll(() => rig.close());

interface Notice {
  readonly title: string;
  readonly body: string;
  readonly tag: string;
}

/** A page whose notices can be seen. `leave`: what the browser answers when it is asked. */
async function open(leave: NotificationPermission): Promise<void> {
  page = await rig.open();
  await page.addInitScript((answer) => {
    const notices: unknown[] = [];
    class SeenNotice {
      static permission: NotificationPermission = answer === 'denied' ? 'denied' : 'default';
      static async requestPermission(): Promise<NotificationPermission> {
        SeenNotice.permission = answer;
        return answer;
      }
      onclick: (() => void) | null = null;
      constructor(title: string, { body, tag }: NotificationOptions) {
        notices.push({ title, body, tag });
        Object.assign(globalThis, { newest: this });
      }
    }
    Object.assign(globalThis, { Notification: SeenNotice, notices });
    let isHidden = false;
    Object.defineProperty(document, 'hidden', { get: () => isHidden });
    Object.assign(globalThis, {
      setHidden: (hidden: boolean) => {
        isHidden = hidden;
        document.dispatchEvent(new Event('visibilitychange'));
      },
    });
  }, leave);
  await page.reload();
  await page.getByText('Live', { exact: true }).waitFor();
}

const hide = (isHidden: boolean) => page.evaluate(`setHidden(${isHidden})`);
const notices = () => page.evaluate('notices') as Promise<Notice[]>;

async function wantNotices(): Promise<void> {
  await page.keyboard.press(',');
  await page
    .getByRole('dialog')
    .getByLabel(/Notify me/)
    .click();
}

test('each failure in the background is told once, and only there', async () => {
  await open('granted');
  await wantNotices();
  const box = page.getByRole('dialog').getByLabel(/Notify me/);
  await expect.poll(() => box.isChecked()).toBe(true);
  await page.keyboard.press('Escape');

  feed.exchange('/seen?token=secret', { status: 500 });
  await page.getByText('/seen').waitFor();
  expect(await notices()).toEqual([]);
  expect(await page.title()).toBe('Sellia');

  await hide(true);
  feed.exchange('/fine');
  feed.exchange('/not-found', { status: 404 });
  feed.exchange('/pay?token=secret', { status: 502, method: 'POST' });
  await expect.poll(() => page.title()).toBe('(1) Sellia');
  await expect
    .poll(notices)
    .toEqual([{ title: 'Sellia: an error', body: 'POST /pay 502', tag: 'sellia-errors' }]);
  feed.exchange('/again', { status: 503 });
  await expect.poll(() => page.title()).toBe('(2) Sellia');
  await expect.poll(async () => (await notices()).at(-1)?.title).toBe('Sellia: 2 errors');
  expect((await notices()).map(({ tag }) => tag)).toEqual(['sellia-errors', 'sellia-errors']);

  await hide(false);
  await expect.poll(() => page.title()).toBe('Sellia');
});

test('a click on a notice leads to the page', async () => {
  await open('granted');
  await wantNotices();
  await hide(true);
  feed.exchange('/click', { status: 500 });
  await expect.poll(async () => (await notices()).length).toBe(1);
  const isFocused = await page.evaluate(() => {
    let count = 0;
    window.focus = () => count++;
    (globalThis as unknown as { newest: Notification }).newest.onclick?.(new Event('click'));
    return count === 1;
  });
  expect(isFocused).toBe(true);
});

test('nobody who has not asked for it gets one, and the title counts all the same', async () => {
  await open('granted');
  await hide(true);
  feed.exchange('/quiet', { status: 500 });
  await expect.poll(() => page.title()).toBe('(1) Sellia');
  expect(await notices()).toEqual([]);
});

test('a browser that refuses is named, and the switch stays off', async () => {
  await open('denied');
  await wantNotices();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('This browser does not allow notices for this page').waitFor();
  expect(await dialog.getByLabel(/Notify me/).isChecked()).toBe(false);
  await page.keyboard.press('Escape');
  await hide(true);
  feed.exchange('/refused', { status: 500 });
  await expect.poll(() => page.title()).toBe('(1) Sellia');
  expect(await notices()).toEqual([]);
});
