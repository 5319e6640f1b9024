/** What becomes of an open page when the program behind it ends, and begins anew. */
import { Inspector } from '@sellia/inspector';
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { InspectorRig } from '../../src/rig/index.ts';

let rig: InspectorRig;
beforeEach(async () => {
  rig = await InspectorRig.start();
});
afterEach(() => rig.close());

function notice(page: Page) {
  return page.getByRole('region', { name: 'Notice' });
}

test('the program ends: what is shown stays for reading, and the page goes on trying', async () => {
  const page = await rig.open();
  await rig.rig.ask('/unread');
  await rig.rig.ask('/before');
  await page.getByText('/before').first().click();
  await page.getByRole('tab', { name: 'Overview' }).waitFor();
  await rig.inspector.close();
  await notice(page).getByText('Sellia does not answer.').waitFor();
  await page.getByText('Lost, retrying').waitFor();
  await notice(page).getByRole('button', { name: 'Try now' }).click();
  // Nobody knows how the tunnel is now.
  await page.getByRole('group', { name: 'Tunnels' }).getByText('Not known').waitFor();
  await page.getByRole('tab', { name: 'Overview' }).waitFor();
  await page.getByText('/unread').click();
  await page.getByText('This exchange had not been read.').waitFor();
  const send = page.getByRole('button', { name: 'Send again' });
  expect(await send.getAttribute('title')).toBe('Sellia does not answer this page.');
  expect(await page.getByRole('status').getByText('Loading').count()).toBe(0);
  // Other views were loaded in time, though nobody had looked at them.
  await page.getByRole('link', { name: 'Tunnels' }).click();
  await page.getByRole('article', { name: rig.rig.tunnel.name }).waitFor();
  await page.getByRole('button', { name: 'Settings' }).first().click();
  await page.getByRole('dialog', { name: 'Settings' }).waitFor();
  // It would go on to try, and to complain.
  await page.context().close();
  rig.takeComplaints();
});

test('a view that was not loaded in time does not offer to throw away what can be read', async () => {
  const page = await rig.open();
  await page.route('**/assets/status-page*.js', (route) => route.abort());
  await page.reload();
  await rig.rig.ask('/before');
  await page.getByText('/before').first().waitFor();
  await rig.inspector.close();
  await notice(page).getByText('Sellia does not answer.').waitFor();
  await page.getByRole('link', { name: 'Tunnels' }).click();
  await page.getByText('What was open before is still there').waitFor();
  expect(await page.getByRole('button', { name: 'Load the page again' }).count()).toBe(0);
  await page.goBack();
  await page.getByText('/before').first().waitFor();
  await page.context().close();
  rig.takeComplaints();
});

test('another run takes over: said so, and its link makes the page its own', async () => {
  const page = await rig.open();
  await rig.rig.ask('/before');
  await page.getByText('/before').first().waitFor();
  const { port } = rig.inspector;
  await rig.inspector.close();
  await notice(page).getByText('Sellia does not answer.').waitFor();

  await using next = await startAnew(port);
  await notice(page).getByText('Sellia was started again.').waitFor();
  await page.getByText('Locked', { exact: true }).waitFor();
  await page.getByText('/before').first().waitFor();

  // In another tab, as people do: the cookie is the browser's.
  const tab = await page.context().newPage();
  await tab.goto(next.inspector.invitation);
  await tab.close();
  await page.getByText('Live', { exact: true }).waitFor();
  // Nothing of the run before is left among what is of this one.
  await expect.poll(() => page.getByText('/before').count()).toBe(0);
  await page.context().close();
  rig.takeComplaints();
});

async function startAnew(port: number): Promise<{ inspector: Inspector } & AsyncDisposable> {
  const inspector = await Inspector.start({ version: '0.0.0-test', port });
  expect(inspector.port).toBe(port);
  return { inspector, [Symbol.asyncDispose]: () => inspector.close() };
}
