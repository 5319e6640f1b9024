import { afterEach, beforeEach, expect, test } from 'vitest';
import { Inspector } from '../../src/server/inspector.ts';
import { FeedRig } from '../capture/feed-rig.ts';
import { shownTunnel } from './shown-tunnel.ts';

let rig: FeedRig;
let inspector: Inspector;
beforeEach(async () => {
  rig = new FeedRig();
  inspector = await Inspector.start({ port: 0, version: '1.2.3', socketLevel: 'messages' });
  inspector.show(shownTunnel(rig));
});
afterEach(() => inspector.close());

function ask(path: string, body?: unknown): Promise<Response> {
  const authorization = `Bearer ${inspector.token}`;
  const url = `${inspector.url}api/v1${path}`;
  if (body === undefined) return fetch(url, { headers: { authorization } });
  const headers = { authorization, 'content-type': 'application/json' };
  return fetch(url, { method: 'PATCH', headers, body: JSON.stringify(body) });
}

test('are told, and changed one by one', async () => {
  const first = { redact: [], bodyBytes: 1024 * 1024, socketLevel: 'messages' };
  expect(await (await ask('/settings')).json()).toEqual(first);
  const answer = await ask('/settings', { redact: [' X-Session ', 'ssn', 'ssn'] });
  expect(await answer.json()).toEqual({ ...first, redact: ['X-Session', 'ssn'] });
  await ask('/settings', { bodyBytes: 10, socketLevel: 'stats' });
  expect(await (await ask('/settings')).json()).toEqual({
    redact: ['X-Session', 'ssn'],
    bodyBytes: 10,
    socketLevel: 'stats',
  });
});

test.each([
  { redact: [''] },
  { redact: ['x'.repeat(101)] },
  { redact: Array.from({ length: 101 }, (_, i) => `n${i}`) },
  { bodyBytes: -1 },
  { bodyBytes: 1e9 },
  { socketLevel: 'all' },
])('are refused where they make no sense', async (body) => {
  expect((await ask('/settings', body)).status).toBe(400);
});

test('J13 names that were added are masked in exports, unless secrets are asked for', async () => {
  await ask('/settings', { redact: ['X-Session', 'ssn'] });
  const exchange = rig.open('/a?ssn=TOP1', ['Host', 'one.test', 'X-Session', 'TOP2']);
  rig.answer(exchange, 200, ['Content-Type', 'application/json']);
  rig.body(exchange, 'response', Buffer.from('{"user":{"ssn":"TOP3"}}'));
  rig.close(exchange);
  expect(await (await ask('/export.har')).text()).not.toContain('TOP');
  const whole = await (await ask('/export.har?secrets=true')).text();
  for (const secret of ['TOP1', 'TOP2', 'TOP3']) expect(whole).toContain(secret);
});

test('bound the bodies that come', async () => {
  await ask('/settings', { bodyBytes: 10 });
  rig.exchange('/', 100);
  const [record] = inspector.store.newest();
  const { bytes, isTruncated, kept } = record?.response.body ?? {};
  expect([bytes, isTruncated, kept?.length]).toEqual([100, true, 10]);
});
