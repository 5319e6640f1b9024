/** Takes the pictures of docs/inspector.md: `pnpm pictures`. Needs Chromium and the built page. */
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { Shop } from './shop.ts';

const FOLDER = new URL('../../../../docs/images/', import.meta.url);
/** The width of a page of text on most screens, at its own size. */
const SCREEN = { viewport: { width: 1240, height: 720 } };

const shop = await Shop.open();
try {
  await shop.trade();
  const { store } = shop.rig.inspector;
  const idOf = (part: string): string =>
    [...store.newest()].find(({ row }) => row.target.includes(part))?.row.id ?? '';
  await take('list', `/r/${idOf('/orders')}/response`, 'light');
  await take('websocket', `/r/${idOf('/socket.io')}/overview`, 'dark');
  await take('messages', `/r/${idOf('/socket.io')}/messages`, 'light');
  await take('tunnels', '/status', 'light');
} finally {
  await shop.close();
}

async function take(name: string, path: string, colorScheme: 'light' | 'dark'): Promise<void> {
  const page = await shop.rig.open(path, { ...SCREEN, colorScheme });
  await drawn(page);
  await page.screenshot({ path: fileURLToPath(new URL(`inspector-${name}.png`, FOLDER)) });
  await page.close();
}

/** Parts of the page are loaded when they are needed; figures come once a second. */
async function drawn(page: Page): Promise<void> {
  await page.getByText('Live', { exact: true }).waitFor();
  await page.waitForTimeout(1_500);
}
