/** The page as a browser gets it. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { InspectorRig } from '../../src/rig/index.ts';

let rig: InspectorRig;
beforeAll(async () => {
  rig = await InspectorRig.start();
});
afterAll(() => rig.close());

test('the printed link opens it, and its token is gone from the address', async () => {
  const page = await rig.open();
  expect(page.url()).toBe(rig.inspector.url);
  await page.getByRole('link', { name: 'Traffic' }).waitFor();
});

test('an exchange is there without a reload', async () => {
  const page = await rig.open();
  const visitor = await rig.rig.send(`GET /seen HTTP/1.1\r\n${rig.rig.hostLine}\r\n`);
  await visitor.response();
  await page.getByText('/seen').waitFor();
});

test('a part that cannot be loaded says so, and leaves the rest as it is', async () => {
  const page = await rig.open();
  await page.route('**/assets/exchange-panel-*.js', (route) => route.abort());
  const visitor = await rig.rig.send(`GET /later HTTP/1.1\r\n${rig.rig.hostLine}\r\n`);
  await visitor.response();
  await page.goto(rig.inspector.url);
  await page.getByText('/later').click();
  await page.getByRole('heading', { name: 'This could not be shown' }).waitFor();
  await page.getByRole('button', { name: 'Load the page again' }).waitFor();
  await page.getByText('/later').first().waitFor();
  expect(rig.takeComplaints().join()).toContain('exchange-panel');
});

test('a name that is added to the secrets is covered from then on', async () => {
  const page = await rig.open();
  await page.getByRole('button', { name: 'Settings' }).click();
  const names = page.getByRole('dialog').getByLabel('More secrets');
  await names.fill('X-House-Key');
  await page.getByRole('dialog').getByRole('button', { name: 'Save the names' }).click();
  await expect
    .poll(() => page.evaluate(async () => (await fetch('/api/v1/settings')).text()))
    .toContain('X-House-Key');
  await page.keyboard.press('Escape');
  const head = `GET /house HTTP/1.1\r\n${rig.rig.hostLine}X-House-Key: under-the-mat\r\n\r\n`;
  await (await rig.rig.send(head)).response();
  await page.getByText('/house').click();
  await page.getByRole('tab', { name: 'Request' }).click();
  await page.getByText('X-House-Key').waitFor();
  expect(await page.locator('body').textContent()).not.toContain('under-the-mat');
});
