/** The tunnels: in the bar, in the notices, and in their own view. */
import { connect } from '@sellia/client';
import type { Page } from 'playwright-core';
import { afterEach, expect, test } from 'vitest';
import { InspectorRig, type InspectorRigOptions } from '../../src/rig/index.ts';

let rig: InspectorRig;
afterEach(() => rig.close());

async function start(options: InspectorRigOptions = {}): Promise<void> {
  rig = await InspectorRig.start(options);
}

async function open(path: string): Promise<Page> {
  const page = await rig.open(path);
  await page.getByText('Live', { exact: true }).waitFor();
  return page;
}

test('a lost relay is told with its reason, counted down, and kept in the history', async () => {
  await start({ rig: { hasFaultyLink: true } });
  const page = await open('/status');
  const bar = page.getByRole('banner');
  await bar.getByText('Connected').waitFor();
  await page.getByText('It was never lost.').waitFor();

  const { link } = rig.rig;
  link.refuse();
  link.cut('rst');
  await bar.getByText(/Reconnecting in \d+ s \(attempt \d+\)/).waitFor();
  await page.getByText('still away').waitFor();
  await link.accept();
  await bar.getByText('Connected').waitFor();

  const history = page.getByRole('table');
  await history.getByText('SELLIA_LINK_LOST').waitFor();
  await history.getByText(/^[\d.]+ (ms|s)$/).waitFor();
  expect(await page.getByText('still away').count()).toBe(0);
});

test('a tunnel that has ended is offline, with the reason', async () => {
  await start();
  const page = await open('/');
  await rig.rig.tunnel.close({ drainMs: 0 });
  await page.getByRole('banner').getByText('Offline').waitFor();
  await page.getByText('one is offline.').waitFor();
});

test('the view of a tunnel tells its figures, its local server and its session', async () => {
  await start({
    rig: {
      upstream: {
        handler: (request, response) => {
          response.statusCode = request.url === '/fails' ? 500 : 200;
          response.end('x'.repeat(2048));
        },
      },
    },
  });
  for (let i = 0; i < 8; i++) await rig.rig.ask('/');
  await rig.rig.ask('/fails');
  const page = await open('/status');
  const tunnel = page.getByRole('article', { name: 'one' });
  await tunnel.getByText(rig.rig.tunnel.url).waitFor();
  const figure = (name: string) =>
    tunnel
      .locator('dl[aria-labelledby] > div')
      .filter({ has: page.getByText(name, { exact: true }) });
  await figure('Requests')
    .getByText(/^\d+(\.\d)?\/s$/)
    .waitFor();
  await figure('Requests').getByText(/^9 in/).waitFor();
  await figure('Errors').getByText('1', { exact: true }).waitFor();
  await figure('To visitors').getByText('18.0 KiB', { exact: true }).waitFor();
  await figure('Time p50 · p90 · p99')
    .getByText(/^[\d.]+ ms · [\d.]+ ms · [\d.]+ ms$/)
    .waitFor();
  await figure('Open now').getByText('0', { exact: true }).waitFor();
  await tunnel.getByRole('img', { name: /Requests in each of the last 60 seconds/ }).waitFor();

  for (const text of ['localhost:3000', 'Answers', /protocol 1$/, /at most [\d,]+; [\d,]+ left/]) {
    await tunnel.getByText(text).first().waitFor();
  }
  await tunnel.getByText(/now [\d.]+ ms, least [\d.]+ ms, p95 [\d.]+ ms/).waitFor();
  const kept = page.getByRole('article', { name: 'This inspector' });
  await kept.getByText(/of 64.0 MiB/).waitFor();
  await kept.getByRole('meter').waitFor();
});

test('the local server is gone: said so, and by which code', async () => {
  await start({ rig: { upstream: { url: 'http://127.0.0.1:9' } } });
  await rig.rig.ask('/');
  const page = await open('/status');
  await page.getByText('Refuses connections').waitFor();
  await page.getByText(/SELLIA_UPSTREAM_REFUSED/).waitFor();
});

test('of several tunnels the one that is worst off is in the bar, all of them behind it', async () => {
  await start();
  const server = `http://127.0.0.1:${rig.rig.port}`;
  const other = await connect({ server, upstream: rig.rig.origin.url, name: 'two' });
  rig.showTunnel(other, 'localhost:3001');
  const page = await open('/status');
  const bar = page.getByRole('banner');
  await bar.getByRole('button', { name: /2 tunnels/ }).click();
  const list = page.getByRole('region', { name: 'Tunnels' });
  await list.getByText(other.url).waitFor();
  await list.getByText(rig.rig.tunnel.url).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('article', { name: 'two' }).waitFor();
  await other.close({ drainMs: 0 });
  await bar.getByRole('button', { name: /Offline/ }).waitFor();
});

test('how the program was told to run is shown, with where each setting was made', async () => {
  const configuration = [
    { name: 'Relay', value: 'https://relay.example.com', source: '--server' },
    { name: 'Host header', value: 'public', source: '' },
  ];
  await start({ inspector: { configuration } });
  const page = await open('/status');
  const card = page.getByRole('article', { name: 'This inspector' });
  await card.getByRole('heading', { name: 'Configuration' }).waitFor();
  const text = await card.textContent();
  expect(text).toContain('Relayhttps://relay.example.com by --server');
  expect(text).toMatch(/Host headerpublic$/);
});

test('other inspectors of the machine are a click away', async () => {
  const url = 'http://localhost:4999/?token=abc';
  const tunnels = [{ name: 'shop', url: 'https://shop.test' }];
  const bad = { url: 'javascript:alert(1)', tunnels: [] };
  await start({ inspector: { neighbours: () => [{ url, tunnels }, bad] } });
  const page = await open('/status');
  const link = page.getByRole('link', { name: 'localhost:4999' });
  expect(await link.getAttribute('href')).toBe(url);
  expect(await link.getAttribute('rel')).toBe('noreferrer');
  await page.getByText('https://shop.test').waitFor();
  expect(await page.locator('a[href^="javascript:"]').count()).toBe(0);
});
