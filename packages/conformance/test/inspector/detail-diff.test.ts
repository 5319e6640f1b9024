/** Two exchanges side by side. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { InspectorRig } from '../../src/rig/index.ts';
import { exchanged, idOf, panelOf, soon } from './detail-exchanges.ts';

let rig: InspectorRig;
beforeAll(async () => {
  rig = await InspectorRig.start();
});
afterEach(() => rig.rig.reset());
afterAll(() => rig.close());

function json(target: string, body: string, headers: string): Promise<string> {
  const head = `${headers}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
  return exchanged(rig, `POST ${target}`, head + body);
}

test('d marks one, d on another compares them', async () => {
  const one = await json('/d', '{"b":1,"a":[1,2]}', 'X-Gone: 1\r\nX-Other: a\r\nX-Same: s\r\n');
  const other = await json('/d', '{"a":[1,3],"b":1}', 'X-Other: b\r\nX-New: 1\r\nX-Same: s\r\n');
  const page = await rig.open(`/r/${one}`);
  const panel = panelOf(page);
  await panel.getByRole('tab', { name: 'Overview' }).waitFor();
  await page.keyboard.press('d');
  await soon(() => panel.getByRole('button', { name: 'Mark' }).getAttribute('aria-pressed')).toBe(
    'true',
  );
  await panel.getByRole('button', { name: 'Newer exchange' }).click();
  await soon(() => idOf(page)).toBe(other);
  await panel.getByRole('button', { name: 'Compare' }).waitFor();
  await page.keyboard.press('d');
  await soon(() => new URL(page.url()).pathname).toBe(`/diff/${one}/${other}`);
  const table = page.getByRole('table', { name: 'Request headers' });
  await table.getByRole('row', { name: /Removed X-Gone 1 –/ }).waitFor();
  await table.getByRole('row', { name: /Changed X-Other a b/ }).waitFor();
  await table.getByRole('row', { name: /Added X-New – 1/ }).waitFor();
  expect(await table.getByRole('row', { name: /X-Same/ }).count()).toBe(0);
  await page.getByRole('button', { name: 'Show what is the same' }).click();
  await table.getByRole('row', { name: /Same X-Same s s/ }).waitFor();
  const first = page.getByRole('textbox', { name: 'Request body of the first' });
  const lines = async () => ((await first.textContent()) ?? '').replaceAll(/\s/g, '');
  await soon(lines).toBe('{"b":1,"a":[1,2]}');
  await page.getByRole('button', { name: 'Sort JSON keys' }).first().click();
  await soon(lines).toBe('{"a":[1,2],"b":1}');
  await page.getByRole('button', { name: 'Swap' }).click();
  await table.getByRole('row', { name: /Added X-Gone/ }).waitFor();
  await page.goBack();
  await soon(() => idOf(page)).toBe(other);
});

test('bodies that are the same, or no text, are told', async () => {
  const one = await exchanged(rig, 'POST /s', 'Content-Length: 2\r\n\r\nhi');
  const other = await exchanged(rig, 'POST /s', 'Content-Length: 2\r\n\r\nhi');
  const blob = Buffer.concat([Buffer.from('Content-Length: 2\r\n\r\n'), Buffer.from([0xff, 0])]);
  const binary = await exchanged(rig, 'POST /s', blob);
  const page = await rig.open(`/diff/${one}/${other}`);
  await page.getByText('They are the same.').first().waitFor();
  await page.goto(new URL(`/diff/${one}/${binary}`, rig.inspector.url).href);
  await page.getByText('They differ, and are not both text: 2 B and 2 B.').waitFor();
});

test('secrets are hidden there, too, and what is not there is told', async () => {
  const one = await exchanged(rig, 'GET /x?token=aa', 'Authorization: Bearer aa\r\n\r\n');
  const other = await exchanged(rig, 'GET /x?token=bb', 'Authorization: Bearer bb\r\n\r\n');
  const page = await rig.open(`/diff/${one}/${other}`);
  const row = page.getByRole('row', { name: /Authorization/ });
  await row.getByText('Bearer ***').first().waitFor();
  await page.getByRole('button', { name: 'Show secrets' }).click();
  await row.getByText('Bearer bb').waitFor();
  await page.goto(new URL(`/diff/${one}/none`, rig.inspector.url).href);
  await page.getByText('or never was in this inspector').waitFor();
  expect(rig.takeComplaints().join()).toContain('404');
});
