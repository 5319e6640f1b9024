import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { findChromium, launchChromium } from '../src/browser/chromium.ts';
import { type InProcessRig, startRig } from '../src/rig/index.ts';
import { greeting, LEAVES, type ViteApp, writeViteApp } from '../src/servers/vite-app.ts';
import { startVite, type ViteServer } from '../src/servers/vite-server.ts';

/** A Vite project with React, as a developer has it, seen in a browser through the tunnel. */

const missing = findChromium() === undefined;
const title = missing ? 'Vite in Chromium (skipped: chromium is missing)' : 'Vite in Chromium';

describe.skipIf(missing)(title, () => {
  let browser: Browser;
  let page: Page;
  let app: ViteApp;
  let vite: ViteServer;
  let rig: InProcessRig | undefined;
  const failed: string[] = [];

  beforeAll(async () => {
    browser = await launchChromium('MAP *.t.test 127.0.0.1, MAP *.localhost 127.0.0.1');
  });
  afterAll(() => browser?.close());

  afterEach(async () => {
    await page?.close();
    await rig?.close();
    await vite?.close();
    await app?.remove();
    failed.length = 0;
  });

  async function start(
    domain: string,
    server: Record<string, unknown> = {},
    hostHeader: 'public' | 'upstream' = 'public',
  ): Promise<string> {
    app = await writeViteApp(server);
    vite = await startVite(app.folder);
    rig = await startRig({
      domain,
      name: 'vite-app',
      upstream: { url: `http://127.0.0.1:${vite.port}` },
      connectOptions: { hostHeader },
    });
    page = await browser.newPage();
    page.on('requestfailed', (request) => failed.push(request.url()));
    page.on('pageerror', (error) => failed.push(String(error)));
    return `http://vite-app.${domain}:${rig.port}`;
  }

  /** The page as it must look, loaded whole: every module, styles, the asset, the lazy part. */
  async function expectPage(url: string): Promise<void> {
    const loaded = new Set<string>();
    const sockets: string[] = [];
    page.on('response', (response) => {
      if (response.ok()) loaded.add(new URL(response.url()).pathname);
    });
    page.on('websocket', (socket) => sockets.push(socket.url()));
    const answer = await page.goto(`${url}/`);
    expect(answer?.status()).toBe(200);
    await page.waitForSelector('#later');
    expect(await page.textContent('h1')).toBe('Hello, clicked 0');
    expect(await page.textContent('#sum')).toBe(String((LEAVES * (LEAVES - 1)) / 2));
    expect(
      await page.evaluate(() => getComputedStyle(document.querySelector('h1') as Element).color),
    ).toBe('rgb(1, 2, 3)');
    const isDrawn = () => (document.querySelector('#mark') as HTMLImageElement).naturalWidth > 0;
    await page.waitForFunction(isDrawn);
    const leaves = [...loaded].filter((path) => path.startsWith('/src/leaves/leaf'));
    expect(leaves.length).toBe(LEAVES);
    expect(failed).toEqual([]);
    // Vite's client falls back to the port of the dev server itself: that would prove nothing.
    const { host } = new URL(url);
    await expect.poll(() => sockets.map((socket) => new URL(socket).host)).toEqual([host]);
  }

  /** An edit appears in the page as it stands: what the page remembers survives. */
  async function expectHotUpdate(): Promise<void> {
    await page.click('h1');
    await page.evaluate(() => {
      (window as { kept?: boolean }).kept = true;
    });
    await app.edit('src/Greeting.tsx', greeting('Changed'));
    await page.waitForFunction(() =>
      document.querySelector('h1')?.textContent?.startsWith('Changed'),
    );
    expect(await page.textContent('h1')).toBe('Changed, clicked 1');
    expect(await page.evaluate(() => (window as { kept?: boolean }).kept)).toBe(true);
  }

  test('under x.localhost the page loads and an edit appears without a reload', async () => {
    const url = await start('localhost');
    await expectPage(url);
    await expectHotUpdate();
    await page.reload();
    await page.waitForSelector('#later');
    expect(await page.textContent('h1')).toBe('Changed, clicked 0');
  });

  test('under a domain Vite does not know it refuses by itself', async () => {
    const url = await start('t.test');
    const answer = await page.goto(`${url}/`);
    expect(answer?.status()).toBe(403);
    expect(await answer?.text()).toContain('server.allowedHosts');
  });

  test('... and server.allowedHosts is the answer', async () => {
    const url = await start('t.test', { allowedHosts: ['.t.test'] });
    await expectPage(url);
    await expectHotUpdate();
  });

  test('... or the Host of the upstream', async () => {
    const url = await start('t.test', {}, 'upstream');
    await expectPage(url);
    await expectHotUpdate();
  });
});
