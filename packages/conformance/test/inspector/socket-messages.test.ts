/** Contents of WebSockets, where somebody asked for them: recorded, found, read, taken away. */
import { readFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { WebSocket } from 'ws';
import { type Pair, SocketStage } from './socket-stage.ts';

let stage: SocketStage;
beforeAll(async () => {
  stage = await SocketStage.open();
});
afterEach(() => stage.closePages());
afterAll(() => stage.close());

/** Polls as long as a loaded machine may need. */
const soon = <T>(look: () => T | Promise<T>) => expect.poll(look, { timeout: 15_000 });
const list = (page: Page) => page.getByRole('listbox', { name: 'Messages' });
const lines = (page: Page) => list(page).getByRole('option');
const chosen = (page: Page) => page.getByRole('region', { name: 'Selected message' });
const content = (page: Page) => chosen(page).getByRole('region', { name: 'Content' });

/** A connection that is recorded, and the page that shows it. */
async function recorded(path: string, level: 'beginnings' | 'in full' = 'in full') {
  const pair = await stage.pair(path);
  const page = await stage.look('messages', stage.newest);
  await page.getByRole('button', { name: `Record ${level}` }).click();
  await page.getByRole('button', { name: 'Stop', exact: true }).waitFor();
  return { ...pair, page };
}

/** Sends, and waits until the other end has it all. */
async function sent({ visitor, upstream }: Pair, messages: readonly (string | Buffer)[]) {
  let left = messages.length;
  const all = new Promise<void>((resolve) => {
    upstream.on('message', () => {
      left -= 1;
      if (left === 0) resolve();
    });
  });
  for (const message of messages) visitor.send(message);
  await all;
}

describe('a recording', () => {
  test('is off until a button is pressed, says so while it runs, and stays when it ends', async () => {
    const { visitor, upstream } = await stage.pair('/record');
    const page = await stage.look('messages', stage.newest);
    await page.getByText('Contents are not kept.').waitFor();
    await sent({ visitor, upstream }, ['before']);
    await page.getByRole('button', { name: 'Record beginnings' }).click();
    await page.getByText('Recording the first 4 KiB of each message.').waitFor();
    visitor.send('after');
    await soon(() => lines(page).count()).toBe(1);
    expect(await lines(page).first().textContent()).toMatch(/^visitor.*5 Btextafter$/);
    await page.getByText('1 of 500 messages, 5 B of 1.0 MiB').waitFor();

    visitor.send('x'.repeat(5_000));
    await soon(() => lines(page).count()).toBe(2);
    await lines(page).last().click();
    await soon(() => chosen(page).textContent()).toContain('its beginning was kept');

    await page.getByRole('button', { name: 'Record in full' }).click();
    await page.getByText('Recording up to 256 KiB of each message.').waitFor();
    await page.getByRole('button', { name: 'Stop', exact: true }).click();
    await page.getByText('Recording is stopped.').waitFor();
    await sent({ visitor, upstream }, ['unheard']);
    visitor.close(1000);
    await page.getByText('This WebSocket has ended.').waitFor();
    expect(await lines(page).count()).toBe(2);
    expect(await page.getByRole('button', { name: /^Record/ }).count()).toBe(0);
  });

  test('that nobody asked for in time is explained', async () => {
    const { visitor } = await stage.pair('/never');
    const page = await stage.look('messages', stage.newest);
    visitor.close(1000);
    await page.getByText('its contents were not kept').waitFor();
    await page.getByText('--inspect-ws messages').waitFor();
  });

  test('shows compressed messages, with context takeover and without', async () => {
    for (const path of ['/deflate', '/alone']) {
      const pair = await stage.pair(path, [], { perMessageDeflate: { threshold: 0 } });
      const page = await stage.look('messages', stage.newest);
      await page.getByRole('button', { name: 'Record in full' }).click();
      await page.getByRole('button', { name: 'Stop', exact: true }).waitFor();
      const text = JSON.stringify({ type: 'again', text: 'and again '.repeat(50) });
      await sent(pair, [text, text, text]);
      await soon(() => lines(page).count()).toBe(3);
      await lines(page).last().click();
      await soon(() => content(page).textContent()).toContain('"type": "again"');
      expect(await chosen(page).textContent()).toMatch(/\d+ B, compressed to \d+ B/);
    }
  });

  test('that begins too late for a compressed connection says so', async () => {
    const pair = await stage.pair('/deflate/late', [], { perMessageDeflate: { threshold: 0 } });
    const text = 'what was said before is needed to read this';
    await sent(pair, [text]);
    const page = await stage.look('messages', stage.newest);
    await page.getByRole('button', { name: 'Record in full' }).click();
    await page.getByRole('button', { name: 'Stop', exact: true }).waitFor();
    pair.visitor.send(text);
    await page.getByText('recording began too late to decompress').first().waitFor();
  });
});

describe('what messages mean', () => {
  const graphql = { type: 'subscribe', id: '1', payload: { query: 'subscription OnSay { say }' } };
  const cases: readonly [kind: string, sent: string | Buffer, line: string, decoded: string][] = [
    ['json', '{"a":[1,{"b":null}]}', 'json{"a":[1,{"b":null}]}', '"b": null'],
    ['messagepack', Buffer.from('82a16101a162c3', 'hex'), 'messagepack', '"b": true'],
    ['cbor', Buffer.from('a16161f5', 'hex'), 'cbor', '"a": true'],
    ['socket.io', '42["say","hi"]', 'socket.ioevent ["say","hi"]', '"hi"'],
    ['graphql', JSON.stringify(graphql), 'graphqlsubscribe 1 subscription OnSay', '"subscribe"'],
    ['text', 'plain words', 'plain words', 'plain words'],
    ['binary', Buffer.from('fffe00017f', 'hex'), '5 bytes: fffe00017f', 'ff fe 00 01 7f'],
  ];

  test('is read from them, and can be seen as text, hex and base64', async () => {
    const { page, ...pair } = await recorded('/kinds');
    await sent(
      pair,
      cases.map(([, message]) => message),
    );
    await soon(() => lines(page).count()).toBe(cases.length);
    for (const [i, [kind, message, line, decoded]] of cases.entries()) {
      await lines(page).nth(i).click();
      expect(await lines(page).nth(i).textContent()).toContain(line);
      await soon(() => content(page).textContent()).toContain(decoded);
      expect(await chosen(page).textContent()).toContain(kind);
      await page.getByLabel('Show as').selectOption('base64');
      const base64 = Buffer.from(message as string).toString('base64');
      await soon(() => content(page).textContent()).toBe(base64);
      await page.getByLabel('Show as').selectOption('hex');
      await soon(() => content(page).textContent()).toContain('00000000');
      await page.getByLabel('Show as').selectOption('decoded');
    }
  });

  test('pings, pongs, fragments and the close are told', async () => {
    const { page, visitor, upstream } = await recorded('/frames');
    const heard = new Promise((resolve) => upstream.once('message', resolve));
    visitor.send('one ', { fin: false });
    visitor.send('message', { fin: true });
    await heard;
    upstream.ping('are you there');
    upstream.once('pong', () => upstream.close(4000, 'that was all'));
    await soon(() => lines(page).count()).toBe(5);
    const texts = await lines(page).allTextContents();
    expect(texts[0]).toMatch(/^visitor.*11 Btextone message$/);
    expect(texts[1]).toMatch(/^app.*pingare you there$/);
    expect(texts[2]).toMatch(/^visitor.*pongare you there$/);
    expect(texts[3]).toMatch(/^app.*close4000 Application code that was all$/);
    await page.getByRole('tab', { name: 'Activity' }).click();
    await page.getByText('1, in 2 frames in all').waitFor();
    await page.getByText('ms last').waitFor();
  });
});

describe('the list', () => {
  test('is searched by sender, type, text and pattern', async () => {
    const { page, visitor, upstream } = await recorded('/search');
    await sent({ visitor, upstream }, ['apple pie', Buffer.from('apple'), 'cherry']);
    upstream.send('Apple answer');
    // ... and the pong that answers it.
    visitor.ping('apple');
    await soon(() => page.getByText('6 messages', { exact: true }).count()).toBe(1);
    const find = page.getByLabel('Find in messages');
    await find.fill('APPLE');
    await page.getByText('5 of 6 messages').waitFor();
    await find.fill('/^Apple/');
    await soon(() => lines(page).count()).toBe(1);
    await find.fill('/(/');
    await soon(() => find.getAttribute('aria-invalid')).toBe('true');
    await find.press('Escape');
    await soon(() => find.inputValue()).toBe('');
    await page.getByLabel('Sent by').selectOption('response');
    await page.getByText('2 of 6 messages').waitFor();
    await page.getByLabel('Type').selectOption('control');
    await soon(() => lines(page).count()).toBe(1);
    await page.getByLabel('Sent by').selectOption('all');
    await page.getByText('2 of 6 messages').waitFor();
    await find.fill('nothing like that');
    await page.getByText('No message is like that.').waitFor();
  });

  test('follows its end, and stands still once somebody has scrolled up', async () => {
    const { page, visitor, upstream } = await recorded('/follow');
    await sent({ visitor, upstream }, numbered(0, 200));
    await soon(() => lines(page).last().textContent()).toContain('message 199');
    await list(page).hover();
    await page.mouse.wheel(0, -1_500);
    await soon(() => seen(page)).not.toContain('message 199');
    const before = await seen(page);
    // Newer ones come, and the server drops the oldest for them.
    await sent({ visitor, upstream }, numbered(200, 300));
    await page.getByRole('button', { name: /^300 new messages/ }).waitFor();
    expect(await seen(page)).toBe(before);
    for (let from = 500; from < 2_100; from += 400) {
      await sent({ visitor, upstream }, numbered(from, 400));
      await page.getByRole('button', { name: newMessages(from + 200) }).waitFor();
    }
    await page.getByText('100 older messages let go').waitFor();
    // What is said of the loss takes room at the lower edge.
    expect(before.startsWith(await seen(page))).toBe(true);
    await page.getByRole('button', { name: /new messages/ }).click();
    await soon(() => lines(page).last().textContent()).toContain('message 2099');
    expect(await lines(page).count()).toBeLessThan(100);
    visitor.send('and one more');
    await soon(() => lines(page).last().textContent()).toContain('and one more');
  });

  test('is walked through by keys, which stay in it', async () => {
    const { page, visitor, upstream } = await recorded('/keys');
    await sent({ visitor, upstream }, numbered(0, 100));
    await soon(() => lines(page).last().textContent()).toContain('message 99');
    await list(page).focus();
    const selected = () => list(page).getByRole('option', { selected: true }).textContent();
    const url = page.url();
    await page.keyboard.press('Home');
    await soon(selected).toMatch(/message 0$/);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await soon(selected).toMatch(/message 2$/);
    await page.keyboard.press('ArrowUp');
    await soon(() => content(page).textContent()).toBe('message 1');
    await page.keyboard.press('End');
    await soon(selected).toMatch(/message 99$/);
    await page.keyboard.press('PageUp');
    await soon(selected).not.toMatch(/message 99$/);
    await page.keyboard.press('Escape');
    await soon(() => chosen(page).count()).toBe(0);
    expect(page.url()).toBe(url);
  });

  test('is copied and saved', async () => {
    const { page, visitor, upstream } = await recorded('/export');
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await sent({ visitor, upstream }, ['{"n":1}', Buffer.of(1)]);
    await soon(() => lines(page).count()).toBe(2);
    const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
    await page.getByRole('button', { name: 'Copy all' }).click();
    await soon(clipboard).toMatch(/^↑ \S+Z text \{"n":1\}\n↑ \S+Z binary base64:AQ==\n$/);
    await lines(page).first().click();
    await page.getByRole('button', { name: 'Copy message' }).click();
    await soon(clipboard).toBe('{\n  "n": 1\n}');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export JSON' }).click(),
    ]);
    const file = JSON.parse(await readFile(await download.path(), 'utf8'));
    expect(file.messages).toMatchObject([{ text: '{"n":1}' }, { base64: 'AQ==', opcode: 2 }]);
    expect(file.url).toContain('/export');
  });
});

describe('hostile content', () => {
  const script =
    '<img src=x onerror="document.title=`owned`"><script>document.title=`owned`</script>';

  test('is text, whatever it is', async () => {
    const { page, visitor, upstream } = await recorded('/hostile');
    visitor.send(script);
    visitor.send('turn\u202earound\u0007');
    await soon(() => lines(page).count()).toBe(2);
    await lines(page).first().click();
    await soon(() => content(page).textContent()).toBe(script);
    await lines(page).nth(1).click();
    await soon(() => content(page).textContent()).toBe('turn\\u202earound\\u0007');
    raw(upstream).write(Buffer.from([0x81, 2, 0xff, 0x41]));
    await page.getByText('not valid UTF-8').first().waitFor();
    expect(await page.title()).not.toContain('owned');
  });

  test('in the reason of a close, too', async () => {
    const { upstream } = await stage.pair('/reason');
    const page = await stage.look('overview', stage.newest);
    upstream.close(4000, script.slice(0, 120));
    await page.getByText(script.slice(0, 60)).waitFor();
    expect(await page.title()).not.toContain('owned');
    const bad = await stage.pair('/reason');
    const other = await stage.look('overview', stage.newest);
    raw(bad.upstream).write(Buffer.from([0x88, 5, 0x0f, 0xa0, 0x3c, 0xff, 0x3e]));
    await other.getByText('It was not valid UTF-8.').waitFor();
  });

  test('may be huge: a bounded part of it is drawn', async () => {
    const { page, visitor, upstream } = await recorded('/huge');
    await sent({ visitor, upstream }, [`"${'w'.repeat(8 * 1024 * 1024)}"`]);
    await lines(page).first().click();
    await soon(() => chosen(page).textContent()).toContain('its beginning was kept');
    const more = page.getByRole('button', { name: /^Show all .* characters/ });
    await more.waitFor();
    expect((await content(page).textContent())?.length).toBeLessThan(25_000);
    await more.click();
    await soon(async () => (await content(page).textContent())?.length).toBeGreaterThan(200_000);
  });

  test('frames against the rules are said, and bytes counted on', async () => {
    const { upstream } = await stage.pair('/broken');
    const page = await stage.look('activity', stage.newest);
    raw(upstream).write(Buffer.of(0xf3, 0));
    await page.getByText('Frames are no longer read; bytes are counted on.').waitFor();
  });
});

describe('a message of our own', () => {
  const form = (page: Page) => page.getByRole('form', { name: 'Send a message' });
  const heardBy = (end: WebSocket) => {
    const heard: [string, boolean][] = [];
    end.on('message', (content: Buffer, isBinary) => heard.push([String(content), isBinary]));
    return heard;
  };

  test('is written and sent to your app, and the answer goes to the visitor', async () => {
    const { visitor, upstream, page } = await recorded('/own');
    const [toApp, toVisitor] = [heardBy(upstream), heardBy(visitor)];
    upstream.on('message', (content: Buffer) => upstream.send(`echo ${content}`));
    await page.getByRole('button', { name: 'Send a message…' }).press('Enter');
    const text = form(page).getByRole('textbox', { name: 'Message' });
    await text.fill('{"hello":"app"}');
    await text.press('Control+Enter');
    await soon(() => toApp).toEqual([['{"hello":"app"}', false]]);
    await soon(() => toVisitor).toEqual([['echo {"hello":"app"}', false]]);
    await soon(() => lines(page).count()).toBe(2);
    expect(await lines(page).first().textContent()).toMatch(/^visitor.*sent from herejson/);
    expect(await lines(page).last().textContent()).not.toContain('sent from here');

    await form(page).getByLabel('To').selectOption({ label: '↓ To the visitor, as your app' });
    await form(page).getByLabel('Sent as').selectOption('base64');
    await text.fill('no base64!');
    await page.getByText('This is not base64.').waitFor();
    expect(await form(page).getByRole('button', { name: 'Send' }).isDisabled()).toBe(true);
    await text.fill('AQI\nD/w==');
    await form(page).getByRole('button', { name: 'Send' }).click();
    await soon(() => toVisitor.at(-1)).toEqual([Buffer.of(1, 2, 3, 255).toString(), true]);
    await text.press('Escape');
    expect(await form(page).count()).toBe(0);
  });

  test('begins with one that was recorded, and says why it cannot be sent', async () => {
    const { visitor, upstream, page } = await recorded('/again');
    const toApp = heardBy(upstream);
    await sent({ visitor, upstream }, ['first']);
    await lines(page).first().click();
    await chosen(page).getByRole('button', { name: 'Edit and send…' }).click();
    const text = form(page).getByRole('textbox', { name: 'Message' });
    expect(await text.inputValue()).toBe('first');
    await text.fill('second');
    await form(page).getByRole('button', { name: 'Send' }).click();
    await soon(() => toApp.at(-1)).toEqual(['second', false]);
    await soon(() => lines(page).count()).toBe(2);
    await lines(page).last().click();
    await chosen(page).getByText('From here, as the visitor').waitFor();

    await text.fill('ü'.repeat(40_000));
    await page.getByText('It has 80000 bytes; 65535 can be sent.').waitFor();
    await text.fill('third');
    // The other end says that it closes, and stays: nothing may follow.
    raw(upstream).write(Buffer.of(0x88, 0));
    await soon(() => visitor.readyState).not.toBe(1);
    await page.getByText('This WebSocket has ended.').waitFor();
    expect(await form(page).count()).toBe(0);
    expect(await page.getByRole('button', { name: 'Send a message…' }).count()).toBe(0);
  });
});

/** The connection below the frames. */
function raw(end: WebSocket): { write(bytes: Buffer): void } {
  return Reflect.get(end, '_socket') as Socket;
}

function newMessages(count: number): RegExp {
  return new RegExp(`^${count.toLocaleString('en-US')} new messages`);
}

function numbered(from: number, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `message ${from + i}`);
}

/** Texts of the lines that are within the list's edges. */
function seen(page: Page): Promise<string> {
  return list(page).evaluate((element) => {
    const { top, bottom } = element.getBoundingClientRect();
    const inside = [...element.querySelectorAll('[role=option]')].filter((line) => {
      const at = line.getBoundingClientRect();
      return at.top >= top && at.bottom <= bottom;
    });
    return inside.map((line) => line.textContent).join('\n');
  });
}
