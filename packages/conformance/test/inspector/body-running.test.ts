/** Bodies while they are on their way: streams of events, and uploads. */
import type { ServerResponse } from 'node:http';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { soon } from './body-soon.ts';
import { BodyStage, drawn, viewOf } from './body-stage.ts';

let stage: BodyStage;
beforeAll(async () => {
  stage = await BodyStage.start();
});
afterEach(() => stage.reset());
afterAll(() => stage.close());

/** An answer that is open; who has it writes. */
async function opened(
  path: string,
  type: string,
): Promise<{ id: string; response: ServerResponse }> {
  const begun = Promise.withResolvers<ServerResponse>();
  await stage.begin(path, (_request, response) => {
    response.writeHead(200, { 'content-type': type });
    response.flushHeaders();
    begun.resolve(response);
  });
  const response = await begun.promise;
  return { id: await stage.idOf(path, 'status:200'), response };
}

const list = (page: Page) => page.getByRole('region', { name: 'Events', exact: true });

test('an event stream, event by event while it is open', async () => {
  const { id, response } = await opened('/sse', 'text/event-stream');
  const page = await stage.open(`/r/${id}/events`);
  await page.getByText('No events yet.').waitFor();
  response.write('id: 41\nevent: price\ndata: {"eur":1.50}\n\n');
  const row = list(page).getByRole('button', { name: /41 price \{"eur":1.50\}$/ });
  await row.waitFor();
  // Its time, to the millisecond.
  await expect(row.textContent()).resolves.toMatch(/\d\d:\d\d:\d\d\.\d{3}/);
  await page.getByText('open', { exact: true }).waitFor();
  await row.click();
  await soon(() => drawn(page, 'Content of the event')).toBe('{\n  "eur": 1.50\n}');
  response.write('data: second\n\n: a comment\n\nretry: 3000\n\n');
  await list(page)
    .getByRole('button', { name: /2 41 message second$/ })
    .waitFor();
  await list(page)
    .getByRole('button', { name: /3 41 comment a comment$/ })
    .waitFor();
  await list(page)
    .getByRole('button', { name: /retry 3000$/ })
    .waitFor();
  response.end();
  await page.getByText('ended', { exact: true }).waitFor();
});

test('events follow at the end, and stay where one has scrolled to', async () => {
  const { id, response } = await opened('/follow', 'text/event-stream');
  const page = await stage.open(`/r/${id}/events`);
  const send = (from: number, to: number): void => {
    for (let i = from; i <= to; i++) response.write(`data: event ${i}\n\n`);
  };
  send(1, 100);
  await list(page).getByText('event 100', { exact: true }).waitFor();
  send(101, 120);
  await list(page).getByText('event 120', { exact: true }).waitFor();
  await list(page).focus();
  await page.keyboard.press('Home');
  await list(page).getByText('event 1', { exact: true }).waitFor();
  send(121, 300);
  await page.getByText('300 events').waitFor();
  const top = () => list(page).evaluate(({ scrollTop }) => scrollTop);
  expect(await top()).toBe(0);
  await list(page).getByText('event 1', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'To the newest' }).click();
  await list(page).getByText('event 300', { exact: true }).waitFor();
  send(301, 310);
  await list(page).getByText('event 310', { exact: true }).waitFor();
  response.end();
});

test('events can be filtered; those that were dropped are counted', async () => {
  const { id, response } = await opened('/dropped', 'text/event-stream');
  for (let i = 1; i <= 1_200; i++) response.write(`event: n${i % 2}\ndata: event ${i}\n\n`);
  response.end();
  await stage.idOf('/dropped', 'status:200 -is:pending');
  const page = await stage.open(`/r/${id}/events`);
  await page.getByText('700 events were dropped for later ones.').waitFor();
  await page.getByText('500 events', { exact: true }).waitFor();
  await page.getByLabel('Filter').last().fill('EVENT 1199');
  await page.getByText('1 of 500 events').waitFor();
  await list(page).getByText('event 1199').waitFor();
  await page.getByLabel('Filter').last().fill('nowhere');
  await page.getByText('None of them matches the filter.').waitFor();
});

test('newline-delimited JSON comes line by line', async () => {
  const { id, response } = await opened('/lines', 'application/x-ndjson');
  const page = await stage.open(`/r/${id}/events`);
  response.write('{"a":1}\n{"a"');
  const lines = page.getByRole('region', { name: 'Lines', exact: true });
  await lines.getByRole('button', { name: /1 \{"a":1\}$/ }).waitFor();
  expect(await lines.getByRole('button').count()).toBe(1);
  response.end(':2}\n');
  await lines.getByRole('button', { name: /2 \{"a":2\}$/ }).waitFor();
});

test('a body grows as it comes, and the view stays', async () => {
  const { id, response } = await opened('/grows', 'text/plain');
  response.write('first line\n');
  const page = await stage.open(`/r/${id}/response`);
  await soon(() => drawn(page)).toContain('first line');
  await viewOf(page).selectOption({ label: 'Hex' });
  await viewOf(page).selectOption({ label: 'Raw text' });
  await page.getByRole('textbox', { name: 'Body' }).focus();
  response.write('second line\n');
  await soon(() => drawn(page)).toContain('second line');
  await page.getByRole('textbox', { name: 'Body' }).and(page.locator(':focus')).waitFor();
  response.end('the end');
  await soon(() => drawn(page)).toContain('the end');
});

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAUAAAAFCAYAAACNbyblAAAAHElEQVQI12P4//8/w38GIAXDIBKE0DHxgljNBAAO9TXL0Y4OHwAAAABJRU5ErkJggg==',
  'base64',
);

test('an upload: parts with names, files, types and sizes, each by its viewer, and how far it is', async () => {
  const part = (head: string, body: string | Buffer) =>
    Buffer.concat([Buffer.from(`--b\r\n${head}\r\n\r\n`), Buffer.from(body), Buffer.from('\r\n')]);
  const disposition = 'Content-Disposition: form-data; name=';
  const whole = Buffer.concat([
    part(`${disposition}"title"`, 'Holiday'),
    part(`${disposition}"meta"\r\nContent-Type: application/json`, '{"a":[1,2]}'),
    part(`${disposition}"photo"; filename="sun.png"\r\nContent-Type: image/png`, PNG),
    part(
      `${disposition}"raw"; filename="big.bin"\r\nContent-Type: application/octet-stream`,
      Buffer.alloc(200_000, 7),
    ),
    Buffer.from('--b--\r\n'),
  ]);
  const half = whole.subarray(0, 100_000);
  const visitor = await stage.begin(
    '/upload',
    (request, response) => request.resume().on('end', () => response.end('thanks')),
    {
      method: 'POST',
      headers: `Content-Type: multipart/form-data; boundary=b\r\nContent-Length: ${whole.length}\r\n`,
    },
  );
  visitor.send(half);
  const id = await stage.idOf('/upload');
  const page = await stage.open(`/r/${id}/request`);
  await page.getByText('97.7 of 196 KiB').waitFor();
  const progress = page.getByRole('progressbar', { name: 'Received so far' });
  expect(await progress.getAttribute('value')).toBe('100000');
  const parts = page.getByRole('list', { name: 'Parts' });
  await parts.getByText('so far').waitFor();
  visitor.send(whole.subarray(half.length));
  await visitor.response();
  await progress.waitFor({ state: 'detached' });
  await parts.getByText('Holiday').waitFor();
  await soon(() => drawn(page)).toContain('"a": [');
  await parts.getByText(`5 × 5 · ${PNG.length} B · image/png`).waitFor();
  const last = parts.getByRole('listitem').filter({ hasText: 'big.bin' });
  await last.getByText('195 KiB').first().waitFor();
  await last.getByText('raw').click();
  await last.getByRole('cell', { name: '07 07 07 07' }).first().waitFor();
});

test('an upload that breaks off: how much came', async () => {
  const visitor = await stage.begin('/broken', (request) => request.resume(), {
    method: 'POST',
    headers: 'Content-Type: text/plain\r\nContent-Length: 5000\r\n',
  });
  visitor.send('the beginning');
  const id = await stage.idOf('/broken');
  const page = await stage.open(`/r/${id}/request`);
  await page.getByText('13 B of 4.9 KiB').waitFor();
  visitor.reset();
  await page.getByText('It ended after 13 B of 4.9 KiB.').waitFor();
  await soon(() => drawn(page)).toBe('the beginning');
});
