/** Headers, queries, cookies, raw text and times of an exchange. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { InspectorRig } from '../../src/rig/index.ts';
import { CLIPBOARD, copied, exchanged, openTab, panelOf, soon } from './detail-exchanges.ts';

let rig: InspectorRig;
beforeAll(async () => {
  rig = await InspectorRig.start({ rig: { connectOptions: { reports: true } } });
});
afterEach(() => rig.rig.reset());
afterAll(() => rig.close());

const HEADERS =
  'X-Second: 2\r\nx-FIRST: 1\r\nx-second: two\r\nAuthorization: Bearer abc\r\nX-Api-Key: k1\r\n';

test('headers stand in their order, case and number, and can be found in', async () => {
  const id = await exchanged(rig, 'GET /h', `${HEADERS}\r\n`);
  const page = await rig.open(`/r/${id}`, CLIPBOARD);
  const panel = await openTab(page, 'Request');
  const names = await panel.locator('tbody th').allInnerTexts();
  expect(names.slice(0, 6)).toEqual([
    'Host',
    'X-Second',
    'x-FIRST',
    'x-second',
    'Authorization',
    'X-Api-Key',
  ]);
  await panel.getByRole('searchbox', { name: 'Find in request headers' }).fill('SECOND');
  await panel.getByText(`2 of ${names.length} headers`).waitFor();
  expect(await panel.locator('tbody th').allInnerTexts()).toEqual(['X-Second', 'x-second']);
  await page.keyboard.press('Escape');
  expect(await panel.locator('tbody th').count()).toBe(names.length);
  const all = await copied(page, () => panel.getByRole('button', { name: 'Copy all' }).click());
  expect(all.startsWith('Host: one.test\nX-Second: 2\nx-FIRST: 1\nx-second: two\n')).toBe(true);
  const one = panel.getByRole('button', { name: 'Copy x-FIRST' });
  expect(await copied(page, () => one.click())).toBe('1');
});

test('secrets are hidden until they are asked for, one or all', async () => {
  const id = await exchanged(rig, 'GET /h?api_key=k2&page=3', `${HEADERS}\r\n`);
  const page = await rig.open(`/r/${id}`);
  const panel = await openTab(page, 'Request');
  await panel.getByText('Bearer ***').waitFor();
  expect(await panel.textContent()).not.toMatch(/Bearer abc|k1|k2/);
  await panel.getByRole('button', { name: 'Reveal Authorization' }).click();
  await panel.getByText('Bearer abc').waitFor();
  expect(await panel.textContent()).not.toMatch(/k1|k2/);
  await panel.getByRole('button', { name: 'Hide Authorization' }).click();
  await panel.getByText('Bearer ***').waitFor();
  await panel.getByRole('button', { name: 'Show secrets' }).click();
  expect(await panel.textContent()).toMatch(/k2.*Bearer abc.*k1/s);
  const raw = await openTab(page, 'Raw');
  await raw.getByText('Authorization: Bearer abc').waitFor();
  await raw.getByRole('button', { name: 'Hide secrets' }).click();
  await raw.getByText('Authorization: Bearer ***').waitFor();
});

test('lines wrap or do not, and the choice is kept', async () => {
  const id = await exchanged(rig, 'GET /h', `X-Long: ${'word '.repeat(200)}\r\n\r\n`);
  const page = await rig.open(`/r/${id}`);
  const panel = await openTab(page, 'Request');
  const height = async () =>
    (await panel.getByRole('row', { name: /X-Long/ }).boundingBox())?.height;
  const wrapped = await height();
  await panel.getByRole('button', { name: 'Wrap' }).first().click();
  await soon(height).toBeLessThan(wrapped ?? 0);
  await page.reload();
  await soon(height).toBeLessThan(wrapped ?? 0);
});

test('queries and cookies are taken apart, well-known headers explained', async () => {
  rig.rig.origin.answers(
    'HTTP/1.1 200 OK\r\nCache-Control: no-store, max-age=5\r\nSet-Cookie: id=v1; Path=/; HttpOnly; Max-Age=60\r\n' +
      'Set-Cookie: b=v2; SameSite=None\r\nContent-Length: 0\r\n\r\n',
  );
  const id = await exchanged(
    rig,
    'GET /q?a=1&a=%C3%BC+2&broken=%zz&e',
    'Cookie: x=v3; y=v4\r\n\r\n',
  );
  const page = await rig.open(`/r/${id}`);
  const panel = await openTab(page, 'Request');
  await panel.getByRole('row', { name: 'a 1', exact: true }).waitFor();
  await panel.getByRole('row', { name: 'a ü 2', exact: true }).waitFor();
  await panel.getByRole('row', { name: /broken %zz Not all of it is percent-encoded/ }).waitFor();
  await panel.getByRole('button', { name: 'Reveal cookie x' }).click();
  await panel.getByRole('row', { name: /^x v3/ }).waitFor();
  await openTab(page, 'Response');
  const response = panelOf(page).getByRole('tabpanel');
  const first = response.getByRole('row', { name: /^id/ });
  await first.getByText('HttpOnly').waitFor();
  await first.getByText('It is kept for 1 min.').waitFor();
  await response.getByText('SameSite=None needs Secure').waitFor();
  await response.getByRole('button', { name: 'Cache-Control', exact: true }).click();
  await response.getByText('no-store: must not be kept at all').waitFor();
});

test('trailers stand behind the body', async () => {
  rig.rig.origin.answers(
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n2\r\nok\r\n0\r\nX-Sum: 42\r\n\r\n',
  );
  const id = await exchanged(rig, 'GET /t', 'TE: trailers\r\n\r\n');
  const page = await rig.open(`/r/${id}`);
  const panel = await openTab(page, 'Response');
  await panel.getByRole('heading', { name: 'Trailers' }).waitFor();
  await panel.getByRole('row', { name: /X-Sum 42/ }).waitFor();
});

test('Raw has both messages as they travelled', async () => {
  rig.rig.origin.answers('HTTP/1.1 200 OK then\r\nX-a: é\r\nContent-Length: 4\r\n\r\nbody');
  const id = await exchanged(rig, 'POST /r', 'X-b:  c \r\nContent-Length: 2\r\n\r\nhi');
  const page = await rig.open(`/r/${id}`, CLIPBOARD);
  const panel = await openTab(page, 'Raw');
  const request = panel.getByRole('button', { name: 'Copy request' });
  await panel.getByText('hi', { exact: false }).first().waitFor();
  expect(await copied(page, () => request.click())).toMatch(
    /^POST \/r HTTP\/1\.1\nHost: one\.test\nX-b: c\nContent-Length: 2\n(?:.+\n)*\nhi$/,
  );
  const response = panel.getByRole('button', { name: 'Copy response' });
  expect(await copied(page, () => response.click())).toBe(
    'HTTP/1.1 200 OK then\nX-a: é\nContent-Length: 4\n\nbody',
  );
});

test('a body that is no text is told, not shown, in Raw', async () => {
  const head = Buffer.from('Content-Length: 3\r\n\r\n');
  const id = await exchanged(rig, 'POST /b', Buffer.concat([head, Buffer.from([0xff, 0, 1])]));
  const page = await rig.open(`/r/${id}/raw`);
  await panelOf(page).getByText('3 B that are no UTF-8 text').waitFor();
});

test('times are shown as bars and as figures, with what the app says of its own', async () => {
  rig.rig.origin.answers(
    'HTTP/1.1 200 OK\r\nServer-Timing: db;dur=12.5;desc="Data, base", cache\r\nContent-Length: 2\r\n\r\nok',
  );
  const id = await exchanged(rig, 'GET /time');
  const page = await rig.open(`/r/${id}`);
  const panel = await openTab(page, 'Timing');
  for (const step of [
    'Relay to client',
    'Send the request',
    'Wait for your app',
    'Receive the answer',
    'Client to relay',
    'Out to the visitor',
  ]) {
    await panel.getByRole('row', { name: new RegExp(`^${step} .* ms`) }).waitFor();
  }
  await panel.getByRole('row', { name: 'Data, base (db) 13 ms' }).waitFor();
  await panel.getByRole('row', { name: 'cache –' }).waitFor();
  await panel.getByText('Clock difference').waitFor();
});
