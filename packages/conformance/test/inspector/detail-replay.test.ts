/** Sending again, as it was and edited; copying; what cannot be sent. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { InspectorRig } from '../../src/rig/index.ts';
import { CLIPBOARD, copied, exchanged, idOf, panelOf, soon } from './detail-exchanges.ts';

const run = promisify(execFile);

let rig: InspectorRig;
beforeAll(async () => {
  rig = await InspectorRig.start({ inspector: { limits: { bodyBytes: 64 * 1024 } } });
});
afterEach(() => rig.rig.reset());
afterAll(() => rig.close());

const JSON_BODY = '{"name":"Zoë","n":1}';
const JSON_REQUEST = `Content-Type: application/json\r\nX-Twice: a\r\nx-twice: b\r\nContent-Length: ${Buffer.byteLength(JSON_BODY)}\r\n\r\n${JSON_BODY}`;

function posted(target: string): Promise<string> {
  return exchanged(rig, `POST ${target}`, JSON_REQUEST);
}

/** What the origin had last, when it has had so many. */
async function arrived(count: number) {
  await soon(() => rig.rig.origin.completed.length).toBe(count);
  return (rig.rig.origin.completed.at(-1) as (typeof rig.rig.origin.completed)[number]).request;
}

async function shown(page: Page, other: string): Promise<string> {
  await soon(() => idOf(page)).not.toBe(other);
  return idOf(page);
}

test('r sends a GET again at once, goes to the new one, and both are linked', async () => {
  const id = await exchanged(rig, 'GET /again?x=1', 'X-Case: Kept\r\n\r\n');
  const page = await rig.open(`/r/${id}`);
  await panelOf(page).getByRole('tab', { name: 'Overview' }).waitFor();
  await page.keyboard.press('r');
  const made = await shown(page, id);
  const request = await arrived(2);
  expect(request.startLine).toBe('GET /again?x=1 HTTP/1.1');
  expect(request.values('sellia-replay')[0]).toBe(id);
  await panelOf(page).getByText('Sends again').getByRole('link', { name: id }).click();
  await soon(() => idOf(page)).toBe(id);
  await panelOf(page).getByText('Sent again:').getByRole('link', { name: made }).waitFor();
  await page.goBack();
  await soon(() => idOf(page)).toBe(made);
});

test('what may change something is asked about once in a session', async () => {
  const id = await posted('/pay');
  const page = await rig.open(`/r/${id}`);
  const send = panelOf(page).getByRole('button', { name: 'Send again' });
  await send.click();
  const dialog = page.getByRole('dialog', { name: 'Send POST again?' });
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await dialog.waitFor({ state: 'detached' });
  expect(rig.rig.origin.completed).toHaveLength(1);
  // By keyboard: who has asked for it has only to say yes.
  await page.keyboard.press('r');
  await dialog.waitFor();
  await page.keyboard.press('Enter');
  const made = await shown(page, id);
  const request = await arrived(2);
  expect(request.body.toString()).toBe(JSON_BODY);
  await panelOf(page).getByRole('tab', { name: 'Overview' }).waitFor();
  await page.reload();
  await send.click();
  await shown(page, made);
  await arrived(3);
  expect(await dialog.count()).toBe(0);
});

test('a binary body goes out again byte for byte', async () => {
  const body = Buffer.from(Array.from({ length: 256 }, (_, i) => 255 - i));
  const head = `Content-Length: ${body.length}\r\nContent-Type: image/png\r\n\r\n`;
  const id = await exchanged(rig, 'PUT /blob', Buffer.concat([Buffer.from(head), body]));
  const page = await rig.open(`/r/${id}`);
  await panelOf(page).getByRole('button', { name: 'Edit and send' }).click();
  const dialog = page.getByRole('dialog', { name: 'Edit and send' });
  expect(await dialog.getByLabel('Body is sent').inputValue()).toBe('kept');
  await dialog.getByLabel('Path and query').fill('/blob/2');
  await dialog.getByRole('button', { name: 'Send' }).click();
  const request = await arrived(2);
  expect(request.target).toBe('/blob/2');
  expect(request.body.equals(body)).toBe(true);
  expect(request.values('content-length')[0]).toBe('256');
});

test('e edits method, path, headers and body; the origin gets exactly that', async () => {
  const id = await posted('/edit?a=1');
  const page = await rig.open(`/r/${id}`);
  await panelOf(page).getByRole('tab', { name: 'Overview' }).waitFor();
  await page.keyboard.press('e');
  const dialog = page.getByRole('dialog', { name: 'Edit and send' });
  const path = dialog.getByLabel('Path and query');
  await soon(() => path.evaluate((input) => input === document.activeElement)).toBe(true);
  await dialog.getByLabel('Method').fill('PATCH');
  await dialog.getByLabel('Path and query').fill('/edit/%20b?a=2');
  const names = dialog.getByLabel(/^Name of header/);
  const twice = await names.evaluateAll((inputs) =>
    inputs.map((input) => (input as HTMLInputElement).value).indexOf('x-twice'),
  );
  await dialog.getByRole('button', { name: `Take out header ${twice + 1}`, exact: true }).click();
  await dialog.getByRole('button', { name: 'Add a header' }).click();
  await page.keyboard.type('X-New');
  await page.keyboard.press('Tab');
  await page.keyboard.type('grün');
  await dialog.getByRole('textbox', { name: 'Body', exact: true }).fill('{"name":"Ω"}\n');
  await dialog.getByRole('button', { name: 'Send' }).click();
  const made = await shown(page, id);
  const request = await arrived(2);
  expect(request.startLine).toBe('PATCH /edit/%20b?a=2 HTTP/1.1');
  expect(request.body.toString()).toBe('{"name":"Ω"}\n');
  expect(request.values('content-length')[0]).toBe(String(Buffer.byteLength('{"name":"Ω"}\n')));
  expect(request.values('x-twice')).toEqual(['a']);
  expect(Buffer.from(request.values('x-new')[0] ?? '', 'latin1').toString()).toBe('grün');
  await page.goto(new URL(`/r/${id}/request`, rig.inspector.url).href);
  await panelOf(page)
    .getByRole('row', { name: /x-twice b/ })
    .waitFor();
  expect(made).not.toBe(id);
});

test('lines of an edited text end as those of the original', async () => {
  const body = '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\none\r\n--b--\r\n';
  const head = `Content-Type: multipart/form-data; boundary=b\r\nContent-Length: ${body.length}\r\n\r\n`;
  const id = await exchanged(rig, 'POST /parts', head + body);
  const page = await rig.open(`/r/${id}`);
  await panelOf(page).getByRole('button', { name: 'Edit and send' }).click();
  const field = page.getByRole('textbox', { name: 'Body', exact: true });
  await field.click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type('more');
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  expect((await arrived(2)).text).toBe(`${body}more`);
});

test('what cannot be sent is said beside the field, and nothing goes out', async () => {
  const id = await posted('/bad');
  const page = await rig.open(`/r/${id}`);
  await panelOf(page).getByRole('button', { name: 'Edit and send' }).click();
  const dialog = page.getByRole('dialog', { name: 'Edit and send' });
  await dialog.getByLabel('Method').fill('GET IT');
  await dialog.getByText('A method is one word').waitFor();
  await dialog.getByLabel('Path and query').fill('no slash');
  await dialog.getByText('A path begins with /').waitFor();
  await dialog.getByRole('button', { name: 'Add a header' }).click();
  await dialog.getByText('A header has no name.').waitFor();
  await page.keyboard.type('Content-Length');
  await dialog.getByText('Content-Length is written for you').waitFor();
  await dialog.getByLabel('Body is sent').selectOption('base64');
  await dialog.getByLabel('Body in base64').fill('%%%');
  await dialog.getByText('This is no base64.').waitFor();
  const send = dialog.getByRole('button', { name: 'Send' });
  expect(await send.getAttribute('aria-disabled')).toBe('true');
  await send.click({ force: true });
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  expect(rig.rig.origin.completed).toHaveLength(1);
});

test('a body that was not kept whole cannot go again, and can be replaced', async () => {
  const body = 'x'.repeat(65 * 1024);
  const id = await exchanged(rig, 'POST /long', `Content-Length: ${body.length}\r\n\r\n${body}`);
  const page = await rig.open(`/r/${id}`);
  const send = panelOf(page).getByRole('button', { name: 'Send again' });
  await soon(() => send.getAttribute('title')).toMatch(/only 65,536 were kept/);
  expect(await send.getAttribute('aria-disabled')).toBe('true');
  await page.keyboard.press('r');
  await page.getByRole('status').getByText('only 65,536 were kept').waitFor();
  await panelOf(page).getByRole('button', { name: 'Edit and send' }).click();
  const dialog = page.getByRole('dialog', { name: 'Edit and send' });
  await dialog.getByText('give the whole of it').waitFor();
  await dialog.getByRole('textbox', { name: 'Body', exact: true }).fill('short');
  await dialog.getByRole('button', { name: 'Send' }).click();
  expect((await arrived(2)).text).toBe('short');
});

test('copy as curl reaches the origin with the same bytes when a shell runs it', async () => {
  const body = `it's $HOME \`x\` "q" \\ ! #\n'; touch /tmp/no ~ #\t€`;
  const head = `X-Odd: a'b"c$d\r\nContent-Type: text/plain\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n`;
  const id = await exchanged(rig, "POST /c?q='$(id)'&r=%20", head + body);
  const page = await rig.open(`/r/${id}`, CLIPBOARD);
  await panelOf(page).getByRole('tab', { name: 'Overview' }).waitFor();
  const text = await copied(page, () => page.keyboard.press('c'));
  expect(text).toContain("http://one.test/c?q='\\''$(id)'\\''&r=%20");
  const at = `one.test:80:127.0.0.1:${rig.rig.port}`;
  // The text as it stands; only where that name is, curl is told.
  await run('bash', ['-c', `curl() { command curl -s --connect-to ${at} "$@"; }\n${text}`]);
  const request = await arrived(2);
  const [first] = rig.rig.origin.completed;
  expect(request.startLine).toBe(first?.request.startLine);
  expect(request.body.toString()).toBe(body);
  expect(request.values('x-odd')[0]).toBe(`a'b"c$d`);
});

test('the copy menu has all formats, remembers where to and without secrets', async () => {
  const id = await exchanged(rig, 'GET /m?token=s3cret', 'Authorization: Bearer s3cret\r\n\r\n');
  const page = await rig.open(`/r/${id}`, CLIPBOARD);
  const menu = page.getByRole('menu', { name: 'Copy' });
  const choose = async (name: string): Promise<string> => {
    await panelOf(page).getByRole('button', { name: 'Copy', exact: true }).click();
    return copied(page, () => menu.getByRole('menuitem', { name, exact: true }).click());
  };
  await panelOf(page).getByRole('tab', { name: 'Overview' }).waitFor();
  expect(await choose('URL')).toBe('http://one.test/m?token=s3cret');
  expect(await choose('Path')).toBe('/m');
  expect(await choose('curl (cmd.exe)')).toContain('curl "http://one.test/m?token=s3cret"');
  expect(await choose('PowerShell')).toContain('curl');
  expect(await choose('JavaScript fetch')).toContain('await fetch("http://one.test/m');
  expect(await choose('HTTPie')).toContain('one.test/m');
  expect(await choose('Raw HTTP/1.1')).toContain('GET /m?token=s3cret HTTP/1.1\r\n');
  expect(await choose('Response')).toContain('HTTP/1.1 200 OK\r\n');
  expect(await choose('Response body')).toBe('GET /m?token=s3cret\n');
  expect(JSON.parse(await choose('Exchange as JSON'))).toMatchObject({
    id,
    request: {
      headers: expect.arrayContaining([{ name: 'Authorization', value: 'Bearer s3cret' }]),
    },
    response: { body: { text: 'GET /m?token=s3cret\n' } },
  });
  await panelOf(page).getByRole('button', { name: 'Copy', exact: true }).click();
  await menu.getByRole('menuitemcheckbox', { name: 'To the local server' }).click();
  await menu.getByRole('menuitemcheckbox', { name: 'Without secrets' }).click();
  await page.keyboard.press('Escape');
  await page.reload();
  await panelOf(page).getByRole('tab', { name: 'Overview' }).waitFor();
  expect(await choose('URL')).toBe('http://localhost:3000/m?token=***');
  const curl = await copied(page, () => page.keyboard.press('c'));
  expect(curl).toContain('http://localhost:3000/m');
  expect(curl).toContain('Bearer ***');
  expect(curl).not.toContain('s3cret');
});

test('a body that no command line carries comes as a file', async () => {
  const body = Buffer.from([0, 1, 2, 255, 254]);
  const head = `Content-Length: ${body.length}\r\n\r\n`;
  const id = await exchanged(rig, 'POST /file', Buffer.concat([Buffer.from(head), body]));
  const page = await rig.open(`/r/${id}`, CLIPBOARD);
  await panelOf(page).getByRole('tab', { name: 'Overview' }).waitFor();
  expect(await copied(page, () => page.keyboard.press('c'))).toContain('@body.bin');
  const dialog = page.getByRole('dialog', { name: /^Copied curl/ });
  const download = page.waitForEvent('download');
  await dialog.getByRole('link', { name: 'Save body.bin' }).click();
  const chunks: Buffer[] = [];
  for await (const chunk of await (await download).createReadStream()) chunks.push(chunk);
  expect(Buffer.concat(chunks).equals(body)).toBe(true);
});

test('copying works where the browser has no clipboard for pages', async () => {
  const id = await exchanged(rig, 'GET /old');
  const page = await rig.open(`/r/${id}`, CLIPBOARD);
  await panelOf(page).getByRole('tab', { name: 'Overview' }).waitFor();
  await page.evaluate(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }));
  await page.keyboard.press('u');
  await page.getByRole('status').getByText('Copied the URL').waitFor();
  await page.reload();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('http://one.test/old');
});

test('an upgrade is a conversation: it is not sent again, and the reason is said', async () => {
  rig.rig.origin.answers('HTTP/1.1 403 No\r\nContent-Length: 2\r\n\r\nno');
  const id = await exchanged(
    rig,
    'GET /chat',
    'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  );
  const page = await rig.open(`/r/${id}`);
  for (const name of ['Send again', 'Edit and send']) {
    const button = panelOf(page).getByRole('button', { name });
    await soon(() => button.getAttribute('title')).toMatch(/a conversation, not a request/);
    expect(await button.getAttribute('aria-disabled')).toBe('true');
    await button.click({ force: true });
    await page.getByRole('status').getByText('a conversation, not a request').waitFor();
  }
  expect(rig.rig.origin.exchanges).toHaveLength(1);
});
