/** The life of a WebSocket as the page shows it, while it goes on and without a reload. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { cut, SocketStage } from './socket-stage.ts';

let stage: SocketStage;
beforeAll(async () => {
  stage = await SocketStage.open();
});
afterEach(() => stage.closePages());
afterAll(() => stage.close());

/** Polls as long as a loaded machine may need. */
const soon = <T>(look: () => T | Promise<T>) => expect.poll(look, { timeout: 15_000 });
const fact = (page: Page, name: string) =>
  page
    .getByRole('tabpanel')
    .locator('dt', { hasText: new RegExp(`^${name}$`) })
    .locator('+ dd')
    .first();
const lifecycle = (page: Page) => page.getByRole('list', { name: 'Lifecycle' });

describe('a connection that works', () => {
  test('connecting, open, messages, closing, closed: seen as it happens', async () => {
    const path = stage.unique('/wait/life');
    const accepted = stage.upstreamOf(path);
    const visitor = stage.dial(path, ['chat.v2', 'chat.v1']);
    const page = await stage.look('overview', path);
    await soon(() => fact(page, 'State').textContent()).toBe('Connecting');
    await soon(() => lifecycle(page).textContent()).toContain('Upgrade requested');

    stage.release();
    const upstream = await accepted;
    await soon(() => fact(page, 'State').textContent()).toBe('Open');
    await soon(() => fact(page, 'Subprotocol').textContent()).toBe('chat.v2');
    expect(await fact(page, 'URL').textContent()).toContain(`ws://${stage.rig.rig.host}${path}`);
    const before = (await fact(page, 'Duration').textContent()) ?? '';
    await soon(() => fact(page, 'Duration').textContent()).not.toBe(before);

    for (let i = 0; i < 3; i++) visitor.send('hello');
    upstream.send('welcome');
    const up = page.getByRole('region', { name: 'Visitor to your app' });
    const down = page.getByRole('region', { name: 'Your app to visitor' });
    await soon(() => up.textContent()).toContain('3 messages15 B');
    await soon(() => down.textContent()).toContain('1 message7 B');
    const curve = up.getByRole('img');
    await soon(() => curve.getAttribute('aria-label')).toMatch(/3 at most$/);
    await soon(() => lifecycle(page).textContent()).toContain('First message from your app');

    upstream.ping('now');
    visitor.ping('now');
    await soon(() => fact(page, 'Round trip').textContent()).toMatch(/to the visitor and back/);
    await soon(() => fact(page, 'Round trip').textContent()).toMatch(/to your app and back/);

    // A peer that does not read does not answer the close either.
    upstream.pause();
    visitor.close(1000, 'done');
    await soon(() => fact(page, 'State').textContent()).toBe('Closing');
    await soon(() => fact(page, 'How').textContent()).toContain('your app has to answer');
    upstream.resume();
    await soon(() => fact(page, 'State').textContent()).toBe('Closed');
    await soon(() => fact(page, 'How').textContent()).toContain('Clean: your app answered');
    await soon(() => lifecycle(page).textContent()).toContain('Connection ended');
    expect(await lifecycle(page).getByRole('listitem').allTextContents()).toHaveLength(8);
    // There is no rate of now any more.
    await soon(() => up.textContent()).toMatch(/At most [1-3] messages?\/s/);
    expect(await curve.getAttribute('aria-label')).toMatch(/its last minute: [1-3] at most$/);
  });

  test.each([
    ['visitor', 1000, '', 'Normal closure'],
    ['upstream', 1001, 'tab closed', 'Going away'],
    ['visitor', 1008, 'not you', 'Policy violation'],
    ['upstream', 4321, 'quota exceeded', 'Application code'],
    ['upstream', 3000, '', 'Unauthorized'],
  ] as const)('closed by the %s with %i', async (side, code, reason, name) => {
    const pair = await stage.pair('/close');
    const page = await stage.look('overview', stage.newest);
    await soon(() => fact(page, 'State').textContent()).toBe('Open');
    pair[side].close(code, reason);
    await soon(() => fact(page, 'State').textContent()).toBe('Closed');
    const panel = page.getByRole('tabpanel');
    await soon(() => panel.textContent()).toContain(`${code}${name}`);
    expect(await fact(page, 'Reason').textContent()).toBe(reason || '(no reason given)');
    const who = side === 'visitor' ? 'The visitor' : 'Your app';
    expect(await fact(page, 'By').textContent()).toBe(`${who} closed it`);
    await soon(() => fact(page, 'How').textContent()).toContain('Clean');
  });

  test('closed without a code', async () => {
    const { visitor } = await stage.pair('/no-code');
    const page = await stage.look('overview', stage.newest);
    visitor.close();
    await soon(() => page.getByRole('tabpanel').textContent()).toContain('1005No code');
    expect(await fact(page, 'Likely cause').textContent()).toContain('close() without a code');
  });
});

describe('a connection that breaks', () => {
  test.each([
    ['visitor', 'The visitor', /its page or program ended/],
    ['upstream', 'Your app', /local process ended/],
  ] as const)('cut by the %s', async (side, who, cause) => {
    const pair = await stage.pair('/cut');
    const page = await stage.look('overview', stage.newest);
    await soon(() => fact(page, 'State').textContent()).toBe('Open');
    cut(pair[side]);
    await soon(() => fact(page, 'State').textContent()).toBe('Aborted');
    await soon(() => page.getByRole('tabpanel').textContent()).toContain('1006Abnormal closure');
    expect(await fact(page, 'By').textContent()).toContain(who);
    expect(await fact(page, 'How').textContent()).toContain('Not clean');
    expect(await fact(page, 'Likely cause').textContent()).toMatch(cause);
  });

  test('left in order by the visitor, but without a close frame', async () => {
    const { visitor } = await stage.pair('/left');
    const page = await stage.look('overview', stage.newest);
    visitor.terminate();
    await soon(() => fact(page, 'State').textContent()).toBe('Aborted');
    await soon(() => page.getByRole('tabpanel').textContent()).toContain('1006Abnormal closure');
    expect(await fact(page, 'By').textContent()).toContain('The visitor');
  });
});

describe('a connection that never opens', () => {
  test.each([
    [401, 'Signing in is needed'],
    [404, 'no WebSocket on this path'],
    [500, 'Your app failed'],
  ])('rejected with %i', async (status, meaning) => {
    stage.dial(`/reject/${status}`);
    const page = await stage.look('overview', `/reject/${status}`);
    await soon(() => fact(page, 'State').textContent()).toBe(`Rejected with ${status}`);
    expect(await page.getByRole('tabpanel').textContent()).toContain(meaning);
    expect(await fact(page, 'By').textContent()).toBe('Your app answered it');
    await page.getByRole('tab', { name: 'Handshake' }).click();
    await page.getByText('not you').waitFor();
    await page.getByText(`no WebSocket, but ${status}`).first().waitFor();
    await page.getByRole('tab', { name: 'Raw' }).click();
    await page.getByText(`HTTP/1.1 ${status} Not This Way`).waitFor();
    for (const tab of ['Activity', 'Messages']) {
      await page.getByRole('tab', { name: tab }).click();
      await page.getByText('It never opened.').waitFor();
    }
  });

  test('no upstream', async () => {
    const dead = await SocketStage.open({ rig: { connectOptions: { reports: true } } });
    try {
      await dead.stopUpstream();
      dead.dial('/dead');
      const page = await dead.look('overview', '/dead');
      await soon(() => fact(page, 'State').textContent()).toBe('Aborted');
      await soon(() => page.getByRole('tabpanel').textContent()).toContain('Never opened');
      expect(await fact(page, 'By').textContent()).toBe('Your app');
      await soon(() => fact(page, 'How').textContent()).toBe('The visitor got 502.');
      expect(await fact(page, 'Likely cause').textContent()).toContain('Is your app running?');
    } finally {
      await dead.close();
    }
  });
});

test('a relay that is drained takes leave of both sides', async () => {
  const drained = await SocketStage.open({ rig: { connectOptions: { reconnect: false } } });
  try {
    await drained.pair('/drained');
    const page = await drained.look('overview', '/drained');
    await soon(() => fact(page, 'State').textContent()).toBe('Open');
    await drained.rig.rig.relay.close({ drainMs: 0 });
    await soon(() => fact(page, 'By').textContent()).toBe('The relay took leave of both sides');
    expect(await page.getByRole('tabpanel').textContent()).toContain('1012Service restart');
    expect(await fact(page, 'Likely cause').textContent()).toContain('drained');
  } finally {
    await drained.close();
  }
});
