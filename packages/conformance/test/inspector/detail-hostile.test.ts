/** What visitors and apps write is text, whatever it looks like. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { InspectorRig } from '../../src/rig/index.ts';
import { exchanged, openTab, panelOf } from './detail-exchanges.ts';

let rig: InspectorRig;
beforeAll(async () => {
  rig = await InspectorRig.start();
});
afterAll(() => rig.close());

const SCRIPT = '</script><script>window.ran=1</script>';
const IMAGE = '<img src=x onerror=window.ran=2>';
const SVG = '<svg onload=window.ran=3><a href="javascript:window.ran=4">a</a></svg>';
const ALL = `${SCRIPT}${IMAGE}${SVG}\u2028\u202e`;
const TARGET = `/<img/src=x/onerror=window.ran=5>?javascript:window.ran=6&a=<svg/onload=window.ran=7>`;

/** Nothing ran, and nothing of it became an element. */
async function expectInert(page: Page): Promise<void> {
  const found = await page.evaluate(() => ({
    ran: (window as { ran?: number }).ran,
    elements: document.querySelectorAll(
      '[onerror], [onload], img, main script, a[href^="javascript:" i], svg a',
    ).length,
  }));
  expect(found).toEqual({ ran: undefined, elements: 0 });
}

test('J11 script in path, headers, body and status text does not run, in no tab', async () => {
  rig.rig.origin.answers(
    Buffer.from(
      `HTTP/1.1 200 ${SCRIPT}${IMAGE}\r\nX-Evil: ${ALL}\r\nSet-Cookie: ${IMAGE}=${IMAGE}; ${IMAGE}\r\n` +
        `Content-Type: text/html\r\nContent-Length: ${Buffer.byteLength(ALL)}\r\n\r\n${ALL}`,
    ),
  );
  const body = ALL;
  const id = await exchanged(
    rig,
    `POST ${TARGET}`,
    `X-Evil: ${ALL}\r\nCookie: ${IMAGE}=${IMAGE}\r\nContent-Type: image/svg+xml\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
  const page = await rig.open(`/r/${id}`);
  await panelOf(page)
    .getByRole('heading', { name: /POST 200/ })
    .waitFor();
  for (const tab of ['Overview', 'Request', 'Response', 'Timing', 'Raw']) {
    const panel = await openTab(page, tab);
    if (tab !== 'Timing' && tab !== 'Overview')
      await panel.getByText('window.ran=2').first().waitFor();
    await expectInert(page);
  }
  const other = await exchanged(rig, 'GET /<script>window.ran=8</script>');
  await page.goto(new URL(`/diff/${id}/${other}`, rig.inspector.url).href);
  await page.getByRole('table', { name: 'Request headers' }).waitFor();
  await page.getByRole('button', { name: 'Show what is the same' }).click();
  await expectInert(page);
  await page.goto(new URL(`/r/${id}`, rig.inspector.url).href);
  await panelOf(page).getByRole('button', { name: 'Edit and send' }).click();
  await page.getByRole('textbox', { name: 'Body', exact: true }).waitFor();
  await expectInert(page);
});

test('characters that hide or turn the text are seen', async () => {
  const id = await exchanged(rig, 'GET /bidi', 'X-Turn: a\u202eb\u200bc\r\n\r\n');
  const page = await rig.open(`/r/${id}`);
  const panel = await openTab(page, 'Request');
  await panel.getByText('a\\u202eb\\u200bc').waitFor();
});

test('a long value is drawn in part until it is asked for', async () => {
  const id = await exchanged(rig, 'GET /long', `X-Long: ${'y'.repeat(10_000)}\r\n\r\n`);
  const page = await rig.open(`/r/${id}`);
  const panel = await openTab(page, 'Request');
  const row = panel.getByRole('row', { name: /^X-Long/ });
  expect((await row.textContent())?.length).toBeLessThan(3_000);
  await row.getByRole('button', { name: 'Show all 10,000 characters' }).click();
  expect((await row.textContent())?.length).toBeGreaterThan(10_000);
});
