/** Bodies that are made to break a page: shown as what they are, and the page stays quick. */
import { deflateRawSync, gzipSync } from 'node:zlib';
import type { Page, Request } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { soon } from './body-soon.ts';
import { BodyStage, drawn, viewOf } from './body-stage.ts';

let stage: BodyStage;
beforeAll(async () => {
  stage = await BodyStage.start();
});
afterEach(() => stage.reset());
afterAll(() => stage.close());

/** Milliseconds that nothing may hold up the page. */
const HELD_MAX = 200;
const MIB = 1024 * 1024;

interface Hostile {
  readonly name: string;
  readonly type: string;
  readonly body: string | Uint8Array;
  readonly encoding?: string;
  /** What the page says or shows. */
  readonly shows: string | RegExp;
}

const HOSTILE: readonly Hostile[] = [
  {
    name: '1 MiB of JSON in one line',
    type: 'application/json',
    body: `[${Array.from({ length: 60_000 }, (_, i) => `{"id":${i}}`).join(',')}]`,
    shows: '"id": 0',
  },
  {
    name: 'a JSON string of 1 MiB',
    type: 'application/json',
    body: `{"s":"${'x'.repeat(MIB - 100)}"}`,
    shows: 'Lines longer than 10,000 characters go on in the next.',
  },
  {
    name: 'JSON with 100,000 arrays within one another',
    type: 'application/json',
    body: '['.repeat(100_000) + ']'.repeat(100_000),
    shows: /Line 1, column 201: More than 200 arrays/,
  },
  {
    name: 'numbers, 500,000 of them',
    type: 'application/json',
    body: `[${'1,'.repeat(500_000)}1]`,
    shows: /Only the beginning is shown, 200,000 lines/,
  },
  {
    name: '1 MiB of newlines',
    type: 'text/plain',
    body: '\n'.repeat(MIB),
    shows: /Only the beginning is shown, 200,000 lines/,
  },
  {
    name: '1 MiB in one line of text',
    type: 'text/plain',
    body: 'word '.repeat(MIB / 5),
    shows: 'Lines longer than 10,000 characters go on in the next.',
  },
  {
    name: 'NULs labelled text',
    type: 'text/plain; charset=utf-8',
    body: Buffer.alloc(300_000),
    shows: '\\u0000\\u0000',
  },
  {
    name: 'text that turns its direction',
    type: 'text/plain',
    body: '\u202eevil\u202c\u2066 \u200b'.repeat(20_000),
    shows: '\\u202eevil\\u202c',
  },
  {
    name: 'a bomb of 64 MiB',
    type: 'text/plain',
    encoding: 'gzip',
    body: gzipSync(Buffer.alloc(64 * MIB, 'a')),
    shows: /Decodes to more than \d+ bytes; only these are shown/,
  },
  {
    name: 'a bomb of newlines, without a header',
    type: 'text/plain',
    encoding: 'deflate',
    body: deflateRawSync(Buffer.alloc(64 * MIB, '\n')),
    shows: /Decodes to more than \d+ bytes/,
  },
  {
    name: 'gzip that breaks off',
    type: 'text/plain',
    encoding: 'gzip',
    body: gzipSync('hello '.repeat(5_000)).subarray(0, 60),
    shows: 'The gzip body breaks off before its end.',
  },
  {
    name: 'no gzip at all',
    type: 'text/plain',
    encoding: 'gzip',
    body: 'plain text',
    shows: 'Content-Encoding says gzip, but the body is not.',
  },
  {
    name: 'an encoding that nobody knows',
    type: 'text/plain',
    encoding: 'x-odd',
    body: 'odd text',
    shows: '"x-odd" cannot be decoded here. Shown as it came.',
  },
  {
    name: 'Latin-1 that is not labelled',
    type: 'text/plain',
    body: Buffer.from('Grüße aus Köln', 'latin1'),
    shows: 'Grüße aus Köln',
  },
  {
    name: 'Latin-1 labelled UTF-8',
    type: 'text/plain; charset=utf-8',
    body: Buffer.from('Grüße aus Köln', 'latin1'),
    shows: 'Some bytes are not utf-8; each is shown as \ufffd.',
  },
  {
    name: 'UTF-16 with its mark',
    type: 'text/plain',
    body: Buffer.from('\ufeffGrüße 👋', 'utf16le'),
    shows: 'Grüße 👋',
  },
  {
    name: 'half an emoji',
    type: 'text/plain',
    body: Buffer.from('ends 👋').subarray(0, -2),
    shows: /ends/,
  },
  {
    name: 'a form of 1 MiB',
    type: 'application/x-www-form-urlencoded',
    body: 'a=%F0%9F&'.repeat(MIB / 10),
    shows: 'Only the first 1000 fields are listed.',
  },
  {
    name: 'lines of JSON, 400,000 of them',
    type: 'application/x-ndjson',
    body: '1\n'.repeat(400_000),
    shows: 'Only the first 10,000 of 400,000 are listed.',
  },
  {
    name: 'XML of 1 MiB, open all the way',
    type: 'application/xml',
    body: '<a b="c">'.repeat(MIB / 10),
    shows: '<a b="c">',
  },
  {
    name: 'multipart with 1,500 parts',
    type: 'multipart/form-data; boundary=x',
    body: `${'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nv\r\n'.repeat(1_500)}--x--\r\n`,
    shows: 'Only 1000 parts are listed.',
  },
];

test.each(HOSTILE)('$name', async ({ name, type, body, encoding, shows }) => {
  const path = `/hostile-${HOSTILE.findIndex((each) => each.name === name)}`;
  const headers: Record<string, string> = encoding ? { 'content-encoding': encoding } : {};
  const id = await stage.exchange(path, { type, body, headers });
  const page = await stage.open('/status');
  const held = await longestTask(page, async () => {
    await go(page, `/r/${id}/response`);
    await page.getByRole('region', { name: 'Body' }).waitFor();
    if (typeof shows === 'string' && shows.startsWith('\\u')) {
      await soon(() => drawn(page)).toContain(shows);
    } else {
      await page.getByText(shows).first().waitFor();
    }
    await settled(page);
  });
  expect(held).toBeLessThan(HELD_MAX);
});

/** Without loading the page anew. */
function go(page: Page, path: string): Promise<void> {
  return page.evaluate((to) => history.pushState(null, '', to), path);
}

/** Two frames later, and idle. */
function settled(page: Page): Promise<void> {
  return page.evaluate(async () => {
    for (let i = 0; i < 2; i++) await new Promise((resolve) => requestAnimationFrame(resolve));
    await new Promise((resolve) => requestIdleCallback(resolve, { timeout: 2_000 }));
  });
}

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds of the thread's own time: a busy machine does not count. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** Milliseconds of the page's longest task meanwhile. */
async function longestTask(page: Page, act: () => Promise<void>): Promise<number> {
  const browser = page.context().browser();
  if (browser === null) throw new Error('there is no browser');
  await browser.startTracing(page, { categories: ['toplevel', 'devtools.timeline'] });
  let trace = '';
  try {
    await act();
  } finally {
    trace = (await browser.stopTracing()).toString();
  }
  const events: readonly TraceEvent[] = JSON.parse(trace).traceEvents;
  const mains = events.filter(
    ({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain',
  );
  const tasks = events.filter(
    ({ name, pid, tid, tdur = 0 }) =>
      tdur > 0 &&
      name.endsWith('RunTask') &&
      mains.some((main) => main.pid === pid && main.tid === tid),
  );
  expect(tasks.length).toBeGreaterThan(0);
  return Math.max(...tasks.map(({ tdur = 0 }) => tdur)) / 1000;
}

/** Anything that a script in a captured page would do. */
const DEED = "parent.document.title='owned';window.name='owned';fetch('/api/v1/exchanges')";

test('a captured page does nothing in its preview', async () => {
  const asked: Request[] = [];
  const remote = `http://${stage.rig.rig.host}:${stage.rig.rig.port}/remote`;
  const html = `<!doctype html><html><head>
    <meta http-equiv="refresh" content="0;url=${remote}-refresh">
    <base href="${remote}-base/"><script>${DEED}</script><script src="${remote}-script"></script>
    <link rel="stylesheet" href="${remote}-style"></head>
    <body onload="${DEED}"><h1>Captured</h1><img src="${remote}-image" onerror="${DEED}">
    <iframe src="${remote}-frame"></iframe><a id="a" target="_top" href="${remote}-link">out</a>
    <a id="b" href="${remote}-within">within</a>
    <form action="${remote}-form"><button>send</button></form></body></html>`;
  const page = await stage.look('/captured', { type: 'text/html', body: html });
  page.on('request', (request) => asked.push(request));
  await soon(() => drawn(page)).toContain('<h1>Captured</h1>');
  await viewOf(page).selectOption({ label: 'Preview' });
  const frame = page.frameLocator('iframe[title="Preview of the body"]');
  await frame.getByRole('heading', { name: 'Captured' }).waitFor();
  const before = page.url();
  await frame.getByRole('button', { name: 'send' }).click();
  await frame.locator('#a').click();
  await frame.locator('#b').click();
  await viewOf(page).selectOption({ label: 'Raw text' });
  await soon(() => drawn(page)).toContain('<h1>Captured</h1>');
  expect(page.url()).toBe(before);
  expect(await page.title()).not.toContain('owned');
  // Some are begun, and refused by the policy before anything is sent.
  for (const request of asked.filter((one) => one.url().includes('/remote'))) {
    await soon(() => request.failure()?.errorText).toBe('csp');
  }
  const seen = [...stage.rig.inspector.store.newest()].map(({ row }) => row.target);
  expect(seen).toContain('/captured');
  expect(seen.filter((target) => target.includes('remote'))).toEqual([]);
  // The browser says what it refused.
  expect(stage.rig.takeComplaints().join('\n')).toMatch(/Content Security Policy|sandboxed/);
});

test('an SVG is text and a picture, and never a document', async () => {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20" onload="${DEED}">
    <script>${DEED}</script><rect width="40" height="20" fill="teal"/>
    <image href="http://evil.test/x.png"/><foreignObject><body onload="${DEED}"/></foreignObject></svg>`;
  const page = await stage.look('/svg', { type: 'image/svg+xml', body: svg });
  const image = page.getByRole('img', { name: 'The body' });
  await soon(() => image.evaluate((each: HTMLImageElement) => each.naturalWidth)).toBe(40);
  expect(await page.locator('region svg foreignObject, main svg script').count()).toBe(0);
  await viewOf(page).selectOption({ label: 'Raw text' });
  await soon(() => drawn(page)).toContain('<script>');
  expect(await page.title()).not.toContain('owned');
});

test('markup in names and values of forms and parts is text', async () => {
  const mark = '<img src=x onerror="document.title=1">';
  const form = `${encodeURIComponent(mark)}=${encodeURIComponent(mark)}`;
  const page = await stage.look('/marked-form', {
    type: 'application/x-www-form-urlencoded',
    body: form,
  });
  await page.getByRole('cell', { name: mark }).waitFor();
  const part = `--x\r\nContent-Disposition: form-data; name="<b>n</b>"; filename="../../<i>\u202egpj.exe"\r\n\r\n${mark}\r\n--x--\r\n`;
  const parts = await stage.look('/marked-parts', {
    type: 'multipart/form-data; boundary=x',
    body: part,
  });
  await parts.getByText('<b>n</b>').waitFor();
  await parts.getByText('../../<i>\\u202egpj.exe').waitFor();
  await parts.getByText(mark).first().waitFor();
  expect(await parts.locator('img[src="x"]').count()).toBe(0);
});
