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
