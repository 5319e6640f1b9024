/** HAR files: out by the dialog, in by their own view. */
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { InspectorRig } from '../../src/rig/index.ts';

const SECRET = 'Authorization: Bearer hunter2\r\n';

let rig: InspectorRig;
let page: Page;
beforeAll(async () => {
  rig = await InspectorRig.start();
  await rig.rig.ask('/one', { headers: SECRET });
  await rig.rig.ask('/two');
  await rig.rig.ask('/three');
});
afterEach(() => page?.context().close());
afterAll(() => rig.close());

async function open(path: string): Promise<void> {
  page = await rig.open(path);
  await page.getByText('Live', { exact: true }).waitFor();
}

async function openExport(): Promise<void> {
  await page.keyboard.press('Control+k');
  await page.keyboard.type('export');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog', { name: 'Export as HAR' }).waitFor();
}

async function save(name: string): Promise<{ text: string; targets: string[] }> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name }).click(),
  ]);
  const text = await readFile(await download.path(), 'utf8');
  const { entries } = JSON.parse(text).log as { entries: { request: { url: string } }[] };
  return { text, targets: entries.map(({ request }) => new URL(request.url).pathname) };
}

test('all of them, the secrets stripped unless one insists, and is warned', async () => {
  await open('/');
  await openExport();
  const stripped = await save('Save 3 exchanges');
  expect(stripped.targets).toEqual(['/one', '/two', '/three']);
  expect(stripped.text).not.toContain('hunter2');

  await openExport();
  await page.getByLabel('Keep secrets').check();
  await page.getByText(/Whoever gets this file/).waitFor();
  expect((await save('Save 3 exchanges')).text).toContain('hunter2');
});

test('what the filter shows, or the one that is open', async () => {
  await open('/?q=path%3A%2Ftwo');
  await expect.poll(() => page.getByText('/three').count()).toBe(0);
  await openExport();
  expect((await save('Save 1 exchange')).targets).toEqual(['/two']);

  const id = [...rig.inspector.store.newest()][0]?.row.id;
  await page.goto(new URL(`/r/${id}`, rig.inspector.url).href);
  await page.getByText('Live', { exact: true }).waitFor();
  await openExport();
  await page.getByRole('radio', { name: 'This one' }).check();
  expect((await save('Save 1 exchange')).targets).toEqual(['/three']);
});

test('a file is looked at in the browser, and sent nowhere', async () => {
  await open('/import');
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await choose(JSON.stringify(HAR));
  const list = page.getByRole('listbox', { name: 'Exchanges of the file' });
  await list.getByText('200').first().waitFor();
  await page.getByText('2 exchanges, read only').waitFor();

  await list.focus();
  await page.keyboard.press('ArrowDown');
  const panel = page.getByRole('complementary', { name: 'Exchange' });
  await panel.getByText('https://shop.example/<img src=x onerror=alert(1)>').waitFor();
  await panel.getByRole('tab', { name: 'Response' }).click();
  await panel.getByText('hello from a file').waitFor();
  await page.getByRole('button', { name: 'Close the exchange' }).click();

  await list.focus();
  await page.keyboard.press('End');
  await panel.getByRole('tab', { name: /Messages/ }).click();
  await panel.getByText('ping over a socket').waitFor();
  expect(asked.filter((url) => !url.includes('/assets/'))).toEqual([]);
});

test('a file that is none says what is wrong', async () => {
  await open('/import');
  await choose('not at all');
  await page.getByRole('alert').getByText('The file is not JSON.').waitFor();
  await choose('{"log":{}}');
  await page.getByText(/The file is no HAR/).waitFor();
});

test('a file is dropped onto the page', async () => {
  await open('/import');
  const transfer = await page.evaluateHandle((text) => {
    const dropped = new DataTransfer();
    dropped.items.add(new File([text], 'dropped.har'));
    return dropped;
  }, JSON.stringify(HAR));
  await page.getByRole('main').dispatchEvent('drop', { dataTransfer: transfer });
  await page.getByRole('heading', { name: 'dropped.har' }).waitFor();
  await page.getByText('2 exchanges, read only').waitFor();
});

async function choose(text: string): Promise<void> {
  const buffer = Buffer.from(text);
  await page.getByLabel('HAR file').setInputFiles({
    name: 'capture.har',
    mimeType: 'application/json',
    buffer,
  });
}

const NONE = { headers: [], cookies: [], headersSize: -1, bodySize: -1, httpVersion: 'HTTP/1.1' };
const HAR = {
  log: {
    version: '1.2',
    creator: { name: 'somebody', version: '1' },
    entries: [
      {
        startedDateTime: '2026-01-02T03:04:05.678Z',
        time: 12,
        request: {
          ...NONE,
          method: 'GET',
          url: 'https://shop.example/<img src=x onerror=alert(1)>',
          queryString: [],
        },
        response: {
          ...NONE,
          status: 200,
          statusText: 'OK',
          redirectURL: '',
          content: { size: 17, mimeType: 'text/plain', text: 'hello from a file' },
        },
        cache: {},
        timings: { send: 0, wait: 10, receive: 2 },
      },
      {
        startedDateTime: '2026-01-02T03:04:06.000Z',
        time: 100,
        request: { ...NONE, method: 'GET', url: 'wss://shop.example/live', queryString: [] },
        response: {
          ...NONE,
          status: 101,
          statusText: 'Switching Protocols',
          redirectURL: '',
          content: { size: 0, mimeType: '' },
        },
        cache: {},
        timings: { send: 0, wait: 10, receive: 0 },
        _resourceType: 'websocket',
        _webSocketMessages: [
          { type: 'send', opcode: 1, time: 1_767_323_046, data: 'ping over a socket' },
          { type: 'receive', opcode: 1, time: 1_767_323_047, data: 'pong' },
        ],
      },
    ],
  },
};
