/** An exchange beside the list: its head, its states, where one can go from it. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { InspectorRig } from '../../src/rig/index.ts';
import { CLIPBOARD, copied, exchanged, idOf, openTab, panelOf, soon } from './detail-exchanges.ts';

let rig: InspectorRig;
beforeAll(async () => {
  rig = await InspectorRig.start({ rig: { connectOptions: { reports: true } } });
});
afterEach(() => rig.rig.reset());
afterAll(() => rig.close());

test('the head says what it is; the title of the page does, too', async () => {
  rig.rig.origin.answers('HTTP/1.1 201 Made It\r\nContent-Length: 2\r\n\r\nok');
  const id = await exchanged(rig, 'GET /a/path?token=s3cret');
  const page = await rig.open(`/r/${id}`, CLIPBOARD);
  const panel = panelOf(page);
  await panel.getByRole('heading', { name: 'GET 201 Made It' }).waitFor();
  await panel.locator('header').getByText('http://one.test/a/path?token=***').waitFor();
  await panel.getByRole('button', { name: 'Reveal the URL' }).first().click();
  await panel.locator('header').getByText('http://one.test/a/path?token=s3cret').waitFor();
  expect(await page.title()).toBe('GET /a/path 201 – Sellia');
  const copy = panel.getByRole('button', { name: 'Copy the URL' });
  expect(await copied(page, () => copy.click())).toBe('http://one.test/a/path?token=s3cret');
  await page.keyboard.press('Escape');
  await soon(() => page.title()).toBe('Sellia');
});

test('the overview says who answered, from where, for whom', async () => {
  const id = await exchanged(
    rig,
    'POST /o',
    'Content-Type: text/plain\r\nContent-Length: 3\r\n\r\nabc',
  );
  const page = await rig.open(`/r/${id}/overview`);
  const panel = panelOf(page).getByRole('tabpanel', { name: 'Overview' });
  const fact = (name: string) => panel.locator(`dt:text-is("${name}") + dd`).textContent();
  expect(await fact('Public URL')).toBe('http://one.test/o');
  expect(await fact('Tunnel')).toBe('one → localhost:3000');
  expect(await fact('Visitor')).toBe('127.0.0.1');
  expect(await fact('X-Forwarded-For')).toBe('127.0.0.1');
  expect(await fact('Connection')).toBe('http');
  expect(await fact('Answered by')).toBe('Your app');
  expect(await fact('Request')).toBe('3 B, text/plain');
  expect(await fact('Request id')).not.toBe('');
});

test('a failure is named with its side, its code and what can be done', async () => {
  rig.rig.origin.script = (exchange) => exchange.reset();
  const id = await exchanged(rig, 'GET /broken');
  const page = await rig.open(`/r/${id}`);
  const card = panelOf(page).getByRole('region', { name: 'What went wrong' });
  await card.getByText('It failed at your app').waitFor();
  await card.getByText('SELLIA_UPSTREAM_RESET', { exact: true }).waitFor();
  await card.getByText('Look at the output of your app').waitFor();
  await card.getByText('docs/errors.md#sellia_upstream_reset').waitFor();
  await panelOf(page).getByText('The relay, since there was no answer to pass on').waitFor();
  await openTab(page, 'Response');
  await panelOf(page).getByText('Your app gave no answer.').waitFor();
});

test('what is still coming is shown as such, and then as over', async () => {
  let finish = () => {};
  rig.rig.origin.script = (exchange) => {
    finish = () => exchange.send('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
  };
  const visitor = await rig.rig.send(`GET /slow HTTP/1.1\r\n${rig.rig.hostLine}\r\n`);
  await rig.rig.origin.exchange();
  const page = await rig.open('/');
  await page.getByText('/slow').click();
  await panelOf(page).getByRole('heading', { name: 'GET Waiting for an answer' }).waitFor();
  await openTab(page, 'Response');
  await panelOf(page).getByText('No answer yet.').waitFor();
  finish();
  await visitor.response();
  await panelOf(page).getByRole('heading', { name: 'GET 200 OK' }).waitFor();
  await panelOf(page).getByText('Response headers').waitFor();
});

test('tabs are in the address, [ and ] go from one to the next, Back works', async () => {
  const first = await exchanged(rig, 'GET /first');
  const second = await exchanged(rig, 'GET /second');
  const page = await rig.open(`/r/${first}/response?q=method%3AGET`);
  const selected = () => panelOf(page).getByRole('tab', { selected: true }).textContent();
  await soon(selected).toBe('Response');
  await page.keyboard.press(']');
  await soon(selected).toBe('Timing');
  expect(new URL(page.url()).pathname).toBe(`/r/${first}/timing`);
  expect(new URL(page.url()).search).toBe('?q=method%3AGET');
  await page.keyboard.press('[');
  await page.keyboard.press('[');
  await soon(selected).toBe('Request');
  await page.getByRole('grid').getByText('/second').click();
  await soon(() => idOf(page)).toBe(second);
  await page.goBack();
  await soon(() => idOf(page)).toBe(first);
  await soon(selected).toBe('Request');
  await page.reload();
  await soon(selected).toBe('Request');
});

test('an address of what is not there says so and leads back', async () => {
  const page = await rig.open('/r/nothing/raw');
  await panelOf(page).getByText('It was dropped to make room or cleared from the list').waitFor();
  await panelOf(page).getByRole('button', { name: 'Back to all exchanges' }).click();
  await panelOf(page).waitFor({ state: 'detached' });
  expect(new URL(page.url()).pathname).toBe('/');
  expect(rig.takeComplaints().join()).toContain('404');
});

test('one that is dropped while it is looked at stays readable', async () => {
  const id = await exchanged(rig, 'GET /going', 'X-Last: words\r\n\r\n');
  const page = await rig.open(`/r/${id}/request`);
  await panelOf(page)
    .getByRole('row', { name: /X-Last/ })
    .waitFor();
  rig.inspector.store.clear();
  await panelOf(page).getByText('This exchange was dropped to make room.').waitFor();
  await panelOf(page)
    .getByRole('row', { name: /X-Last words/ })
    .waitFor();
  rig.takeComplaints();
});

test('p pins, and a pinned one stays when the list is cleared', async () => {
  const id = await exchanged(rig, 'GET /keep');
  const page = await rig.open(`/r/${id}`);
  const pin = panelOf(page).getByRole('button', { name: 'Pin' });
  await pin.waitFor();
  await page.keyboard.press('p');
  await soon(() => pin.getAttribute('aria-pressed')).toBe('true');
  rig.inspector.store.clear();
  expect(rig.inspector.store.get(id)?.isPinned).toBe(true);
  await pin.click();
  await soon(() => pin.getAttribute('aria-pressed')).toBe('false');
});

test('a note is written, shown and changed', async () => {
  const id = await exchanged(rig, 'GET /noted');
  const page = await rig.open(`/r/${id}`);
  const panel = panelOf(page);
  await panel.getByRole('button', { name: 'Note' }).click();
  await page.keyboard.type('look at <b>this</b>');
  await page.keyboard.press('Control+Enter');
  await panel.getByText('look at <b>this</b>').waitFor();
  await page.reload();
  await panel.getByRole('button', { name: 'Edit note' }).click();
  await panel.getByRole('textbox', { name: 'Note' }).fill('another');
  await page.keyboard.press('Escape');
  await panel.getByText('look at <b>this</b>').waitFor();
  await panel.getByRole('button', { name: 'Edit note' }).click();
  await panel.getByRole('textbox', { name: 'Note' }).fill('');
  await panel.getByRole('button', { name: 'Save note' }).click();
  await soon(() => rig.inspector.store.get(id)?.note).toBe('');
  await panel.getByText('look at <b>this</b>').waitFor({ state: 'detached' });
});

test('newer and older lead along the list, and closing gives the focus back to it', async () => {
  const older = await exchanged(rig, 'GET /along?n=1');
  const newer = await exchanged(rig, 'GET /along?n=2');
  const page = await rig.open(`/r/${older}?q=path%3A%2Falong`);
  const panel = panelOf(page);
  const [up, down] = [
    panel.getByRole('button', { name: 'Newer exchange' }),
    panel.getByRole('button', { name: 'Older exchange' }),
  ];
  await soon(() => down.getAttribute('aria-disabled')).toBe('true');
  await up.click();
  await soon(() => idOf(page)).toBe(newer);
  await soon(() => up.getAttribute('aria-disabled')).toBe('true');
  await down.click();
  await soon(() => idOf(page)).toBe(older);
  await panel.getByRole('button', { name: 'Close the exchange' }).click();
  await panel.waitFor({ state: 'detached' });
  await soon(() => page.evaluate(() => document.activeElement?.closest('#list') !== null)).toBe(
    true,
  );
});

test('on a small window the focus goes with the view', async () => {
  await exchanged(rig, 'GET /small');
  const page = await rig.open('/', { viewport: { width: 320, height: 640 } });
  await page.getByText('/small').click();
  await panelOf(page).waitFor();
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(width).toBeLessThanOrEqual(320);
  await panelOf(page).getByRole('button', { name: 'Close the exchange' }).click();
  await page.getByText('/small').waitFor();
});
