/** Each kind of body in the view that is made for it. */
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { soon } from './body-soon.ts';
import { BodyStage, drawn, linesIn, type Served, viewOf } from './body-stage.ts';

let stage: BodyStage;
beforeAll(async () => {
  stage = await BodyStage.start();
});
afterEach(() => stage.reset());
afterAll(() => stage.close());

let paths = 0;
async function look(type: string, body: string | Uint8Array, headers = {}): Promise<Page> {
  return stage.look(`/type-${++paths}`, { type, body, headers });
}

/** What a person chooses in the list of views. */
async function choose(page: Page, label: string): Promise<void> {
  await viewOf(page).selectOption({ label });
}

/** The view that came up by itself. */
async function chosen(page: Page): Promise<string> {
  return viewOf(page).evaluate(
    (select: HTMLSelectElement) => select.selectedOptions[0]?.label ?? '',
  );
}

/** What a link or a button of that name saves. */
async function saved(page: Page, name: string): Promise<{ name: string; bytes: Buffer }> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name, exact: true }).click(),
  ]);
  const chunks: Buffer[] = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
  return { name: download.suggestedFilename(), bytes: Buffer.concat(chunks) };
}

const JSON_TEXT = '{"id":12345678901234567890.10,"z":1,"a":[true,null],"o":{"k":"Grüße 👋"}}';

test('JSON: pretty, numbers and order as they were sent; raw, hexadecimal and base64 beside it', async () => {
  const page = await look('application/json', JSON_TEXT);
  await soon(() => drawn(page)).toContain('"id": 12345678901234567890.10,\n');
  expect(await chosen(page)).toBe('Pretty');
  const text = await drawn(page);
  expect(text.indexOf('"z"')).toBeLessThan(text.indexOf('"a"'));
  expect(text).toContain('Grüße 👋');
  await choose(page, 'Raw text');
  await soon(() => drawn(page)).toBe(JSON_TEXT);
  await choose(page, 'Hex');
  await page
    .getByRole('cell', { name: '7b 22 69 64 22 3a 31 32 33 34 35 36 37 38 39 30' })
    .waitFor();
  await page.getByRole('cell', { name: '{"id":1234567890' }).waitFor();
  await choose(page, 'Base64');
  const base64 = Buffer.from(JSON_TEXT).toString('base64');
  await soon(async () => (await drawn(page, 'Body in base64')).replaceAll('\n', '')).toBe(base64);
  await choose(page, 'Pretty');
});

test('what was chosen for a kind is chosen for the next of that kind, and no other', async () => {
  const page = await look('application/json', '{"first":1}');
  await choose(page, 'Hex');
  const next = await stage.exchange('/remembered', {
    type: 'application/json',
    body: '{"next":2}',
  });
  const other = await stage.exchange('/other', { type: 'text/plain', body: 'plain' });
  await page.goto(new URL(`/r/${next}/response`, page.url()).href);
  await page.getByRole('cell', { name: '7b 22 6e 65 78 74 22 3a 32 7d' }).waitFor();
  await page.goto(new URL(`/r/${other}/response`, page.url()).href);
  await soon(() => drawn(page)).toBe('plain');
});

test('JSON folds, inside and whole again', async () => {
  const page = await look('application/json', JSON_TEXT);
  await soon(() => drawn(page)).toContain('true');
  await page.getByRole('button', { name: 'Fold', exact: true }).click();
  await soon(() => drawn(page)).not.toContain('true');
  expect(await drawn(page)).toContain('"o"');
  await page.getByRole('button', { name: 'Unfold' }).click();
  await soon(() => drawn(page)).toContain('true');
});

test('text can be sought in, by keyboard alone', async () => {
  const page = await look('text/plain', 'one\ntwo needle\nthree');
  await page.getByRole('textbox', { name: 'Body' }).focus();
  await page.keyboard.press('Control+f');
  await page.getByRole('textbox', { name: 'Find' }).fill('needle');
  await page.keyboard.press('Enter');
  await page.locator('.cm-searchMatch', { hasText: 'needle' }).waitFor();
  await page.keyboard.press('Escape');
  await page.locator('.cm-search').waitFor({ state: 'detached' });
});

test('letters in an editor are no commands', async () => {
  const page = await look('text/plain', 'typed into');
  await page.getByRole('textbox', { name: 'Body' }).focus();
  const before = page.url();
  await page.keyboard.press('t');
  await page.keyboard.press('?');
  await page.getByRole('textbox', { name: 'Body' }).press('ArrowDown');
  expect(page.url()).toBe(before);
  expect(await page.locator('dialog[open]').count()).toBe(0);
  expect(await drawn(page)).toBe('typed into');
});

test('JSON that is wrong: line and column of what was sent, marked and reachable', async () => {
  const page = await look('application/json', '{\r\n  "a": 1,\r\n  "b": [1, 2,]\r\n}');
  await page.getByText('Line 3, column 14: A comma stands before the closing ].').waitFor();
  await page.locator('.cm-fault', { hasText: ']' }).waitFor();
  await page.getByRole('button', { name: 'Go there' }).click();
  await page.keyboard.press('Shift+ArrowRight');
  const selected = await page.evaluate(() => {
    const [root] = [...document.querySelectorAll('*')].flatMap((each) => each.shadowRoot ?? []);
    return (root as unknown as Document | undefined)?.getSelection()?.toString();
  });
  expect(selected).toBe(']');
});

test('a form is a table, decoded; what is not decodable is marked', async () => {
  const page = await look(
    'application/x-www-form-urlencoded',
    'name=J%C3%BCrgen+M&tag=a&tag=b%26c&broken=%zz&empty=',
  );
  const row = (name: string) => page.getByRole('row', { name });
  await row('name Jürgen M').waitFor();
  await row('tag b&c').waitFor();
  await row('broken ⚠ %zz').waitFor();
  await row('empty').waitFor();
});

test('a password of a form is covered until somebody asks for it', async () => {
  const page = await look('application/x-www-form-urlencoded', 'user=ada&password=hunter2');
  await page.getByRole('row', { name: 'user ada' }).waitFor();
  expect(await page.locator('body').textContent()).not.toContain('hunter2');
  await page.getByRole('button', { name: 'Reveal password' }).click();
  await page.getByRole('row', { name: 'password hunter2' }).waitFor();
});

const TEXTS: readonly (readonly [string, string])[] = [
  ['application/xml', '<?xml version="1.0"?>\n<a b="c">text</a>'],
  ['text/html', '<!doctype html><p class="x">Hi</p>'],
  ['text/css', '.a { color: #fff }'],
  ['text/javascript', 'const answer = 42;'],
  ['application/yaml', 'name: value\nlist:\n  - 1'],
  ['text/markdown', '# Title\n\nand `code`'],
  ['application/graphql', 'query Q { a }'],
];

test.each(TEXTS)('%s is text with colours', async (type, body) => {
  const page = await look(type, body);
  const label = type === 'application/graphql' ? 'Query' : 'Body';
  await soon(async () => (await drawn(page, label)).replace(/\s+/g, ' ')).toBe(
    body.replace(/\s+/g, ' '),
  );
  const colours = () =>
    page
      .locator('.cm-line span')
      .evaluateAll((spans) => new Set(spans.map((each) => getComputedStyle(each).color)).size);
  await soon(colours).toBeGreaterThan(0);
});

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAUAAAAFCAYAAACNbyblAAAAHElEQVQI12P4//8/w38GIAXDIBKE0DHxgljNBAAO9TXL0Y4OHwAAAABJRU5ErkJggg==',
  'base64',
);

test('an image is shown with its size, and its address ends with the view', async () => {
  const page = await look('image/png', PNG);
  await page.getByText(`5 × 5 · ${PNG.length} B · image/png`).waitFor();
  const image = page.getByRole('img', { name: 'The body' });
  const width = () => image.evaluate((each: HTMLImageElement) => each.naturalWidth);
  await soon(width).toBe(5);
  const url = (await image.getAttribute('src')) ?? '';
  expect(url).toMatch(/^blob:/);
  await choose(page, 'Hex');
  await page.getByRole('cell', { name: '89 50 4e 47 0d 0a 1a 0a' }).first().waitFor();
  expect(
    await page.evaluate(
      (gone) =>
        fetch(gone).then(
          () => true,
          () => false,
        ),
      url,
    ),
  ).toBe(false);
  stage.rig.takeComplaints();
  expect(await saved(page, 'Save')).toEqual({ name: expect.stringMatching(/\.png$/), bytes: PNG });
  await choose(page, 'Image');
});

test('an image that is huge is only drawn on demand', async () => {
  const huge = Buffer.from(PNG);
  huge.writeUInt32BE(60_000, 16);
  huge.writeUInt32BE(60_000, 20);
  const page = await look('image/png', huge);
  await page.getByRole('button', { name: 'Show 3,600,000,000 pixels' }).waitFor();
  expect(await page.getByRole('img', { name: 'The body' }).count()).toBe(0);
});

test('sound and film play by the browser, a document is only handed out', async () => {
  const wav = Buffer.alloc(44 + 8000, 128);
  wav.write(
    'RIFF$\u001f\u0000\u0000WAVEfmt \u0010\0\0\0\u0001\0\u0001\0@\u001f\0\0@\u001f\0\0\u0001\0\b\0data@\u001f\0\0',
    'latin1',
  );
  const page = await look('audio/wav', wav);
  const length = () => page.locator('audio').evaluate((each: HTMLAudioElement) => each.duration);
  await soon(length).toBe(1);
  const film = await look('video/mp4', Buffer.from('\0\0\0\x18ftypisom no film', 'latin1'));
  await film.getByText('This browser cannot play it.').waitFor();
  stage.rig.takeComplaints();
  const document = await look('application/pdf', '%PDF-1.4\n...');
  await document.getByText('It is not opened here.').waitFor();
  expect(await document.locator('embed, object, iframe').count()).toBe(0);
  expect((await saved(document, 'Save')).name).toMatch(/\.pdf$/);
});

test('newline-delimited JSON and a finished event stream are lists whose lines open', async () => {
  const lines = Array.from({ length: 3_000 }, (_, i) => `{"i":${i},"m":"line ${i}"}\n`).join('');
  const page = await look('application/x-ndjson', lines);
  await page.getByRole('button', { name: /^2 \{"i":1,"m":"line 1"}$/ }).click();
  await soon(() => drawn(page, 'Content of the event')).toBe('{\n  "i": 1,\n  "m": "line 1"\n}');
  expect(await page.getByRole('listitem').count()).toBeLessThan(100);
  const list = await look(
    'text/event-stream',
    'id: 7\nevent: tick\ndata: {"a":1}\n\n: still here\n\ndata: cut',
  );
  await list.getByRole('button', { name: '1 7 tick {"a":1}' }).waitFor();
  await list.getByRole('button', { name: '2 7 comment still here' }).waitFor();
  await list.getByRole('button', { name: '3 7 unfinished cut' }).waitFor();
  await list.getByRole('link', { name: 'Events with times' }).click();
  await list.getByRole('tab', { name: 'Events', selected: true }).waitFor();
});

const FRAMES = Buffer.concat([
  Buffer.from([0, 0, 0, 0, 5, 8, 1, 18, 1, 65]),
  Buffer.from([0x80, 0, 0, 0, 15]),
  Buffer.from('grpc-status:0\r\n'),
]);

test.each([
  ['application/grpc-web+proto', FRAMES],
  ['application/grpc-web-text', FRAMES.toString('base64')],
])('%s is a list of frames', async (type, body) => {
  const page = await look(type, body);
  await page.getByText('Message 1 · 5 B').click();
  await page.getByRole('cell', { name: '08 01 12 01 41' }).waitFor();
  await page.getByText('Trailers · 15 B').click();
  await page.getByText('grpc-status:0').waitFor();
});

test('a GraphQL request: operation, query with its lines, variables', async () => {
  const body = JSON.stringify({
    operationName: 'Two',
    query: 'query One{a} query Two($id:ID!){user(id:$id){name ...F}} fragment F on User{mail}',
    variables: { id: 7 },
  });
  const served: Served = { type: 'application/json', body: '{"data":null}' };
  const headers = 'Content-Type: application/json\r\n';
  const id = await stage.exchange('/graphql', served, { method: 'POST', headers, body });
  const page = await stage.open(`/r/${id}/request`);
  await page.getByRole('heading', { name: 'query Two' }).waitFor();
  await soon(() => drawn(page, 'Query')).toContain(
    'query Two($id: ID!) {\n  user(id: $id) {\n    name\n    ...F\n  }\n}',
  );
  await soon(() => drawn(page, 'Variables')).toBe('{\n  "id": 7\n}');
});

test('an empty body is said to be one', async () => {
  const page = await look('text/plain', '');
  await page.getByText('There is no body: it is empty.').waitFor();
});

test.each([
  ['gzip', gzipSync],
  ['br', brotliCompressSync],
  ['deflate', deflateSync],
] as const)(
  '%s is undone; sizes and ratio are told, and both forms can be saved',
  async (encoding, encode) => {
    const text = 'hello tunnel\n'.repeat(500);
    const encoded = encode(text);
    const page = await look('text/plain', encoded, { 'content-encoding': encoding });
    const sizes = new RegExp(
      `${encoded.length} B on the wire, ${encoding}, 6.3 KiB decoded \\(.+ times as much\\)`,
    );
    await page.getByText(sizes).waitFor();
    await soon(() => drawn(page)).toContain('hello tunnel');
    expect((await saved(page, 'Save')).bytes.toString()).toBe(text);
    expect((await saved(page, 'Save as it travelled')).bytes.equals(encoded)).toBe(true);
  },
);

test('a body beyond what is kept: how much was captured', async () => {
  const page = await look('text/plain', 'line\n'.repeat(1_700_000));
  await page.getByText('Captured 1.0 of 8.1 MiB; the rest went by.').waitFor();
  await soon(() => drawn(page)).toContain('line\nline');
});

test('copying gives the text as it was sent', async () => {
  const page = await look('application/json', '{"a":"\u202e","n":1}');
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await soon(() => drawn(page)).toContain('"a": "\\u202e"');
  await page
    .getByRole('region', { name: 'Body' })
    .getByRole('button', { name: 'Copy', exact: true })
    .click();
  const copied = () => page.evaluate(() => navigator.clipboard.readText());
  await soon(copied).toBe('{\n  "a": "\u202e",\n  "n": 1\n}');
});

test('a body that is edited: JSON is judged as one types, and steps can be undone', async () => {
  const headers = 'Content-Type: application/json\r\n';
  const served: Served = { type: 'text/plain', body: 'ok' };
  const id = await stage.exchange('/edited', served, { method: 'POST', headers, body: '{"a":1}' });
  const page = await stage.open(`/r/${id}/request`);
  await page.getByRole('button', { name: 'Edit and send' }).click();
  const editor = page.getByRole('dialog').getByRole('textbox', { name: 'Body', exact: true });
  await soon(() => linesIn(editor)).toBe('{"a":1}');
  await editor.press('Control+a');
  await page.keyboard.type('{"b":');
  await page.keyboard.press('Enter');
  await page.keyboard.type('2,}');
  await page.getByText('Line 2, column 3: A comma stands before the closing }.').waitFor();
  await page.keyboard.press('Backspace');
  await page.keyboard.press('Backspace');
  await page.keyboard.type('}');
  await page.getByText('Line 2, column 3').waitFor({ state: 'detached' });
  await soon(() => linesIn(editor)).toBe('{"b":\n2}');
  await page.keyboard.press('Control+z');
  await soon(() => linesIn(editor)).not.toBe('{"b":\n2}');
});
