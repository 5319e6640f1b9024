import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Inspector } from '../../src/server/inspector.ts';
import { FeedRig } from '../capture/feed-rig.ts';
import { shownTunnel } from './shown-tunnel.ts';

let rig: FeedRig;
let inspector: Inspector;
beforeEach(async () => {
  rig = new FeedRig();
  inspector = await Inspector.start({ port: 0, version: '1.2.3' });
  inspector.show(shownTunnel(rig));
});
afterEach(() => inspector.close());

function ask(path: string): Promise<Response> {
  const headers = { authorization: `Bearer ${inspector.token}` };
  return fetch(`${inspector.url}api/v1/exchanges/${path}`, { headers });
}

const newest = () => [...inspector.store.newest()][0]?.id as string;

function stream(type = 'text/event-stream', ...more: string[]): number {
  const exchange = rig.open('/events');
  rig.answer(exchange, 200, ['Content-Type', type, ...more]);
  return exchange;
}

const told = (exchange: number, text: string) => rig.body(exchange, 'response', Buffer.from(text));

describe('events', () => {
  test('are told while the response is open, and from where one has read', async () => {
    const exchange = stream();
    told(exchange, 'id: 1\ndata: a\n\n');
    const id = newest();
    expect(await (await ask(`${id}/events`)).json()).toEqual({
      kind: 'events',
      newest: 1,
      dropped: 0,
      skippedBytes: 0,
      note: '',
      isOpen: true,
      events: [
        {
          number: 1,
          kind: 'event',
          atMs: rig.now,
          id: '1',
          event: 'message',
          text: 'a',
          isTruncated: false,
        },
      ],
    });
    told(exchange, 'data: b\n\n');
    rig.close(exchange);
    expect(await (await ask(`${id}/events?after=1`)).json()).toMatchObject({
      isOpen: false,
      events: [{ number: 2, text: 'b' }],
    });
  });

  test('of the request are none of the response', async () => {
    const exchange = stream();
    rig.body(exchange, 'request', Buffer.from('data: asked\n\n'));
    expect(await (await ask(`${newest()}/events`)).json()).toMatchObject({ events: [] });
  });

  test('of an encoded stream: why there are none', async () => {
    told(stream('application/x-ndjson', 'Content-Encoding', 'br'), 'whatever');
    expect(await (await ask(`${newest()}/events`)).json()).toMatchObject({
      kind: 'lines',
      note: expect.stringContaining('br'),
      events: [],
    });
  });

  test('of what is none', async () => {
    rig.exchange('/');
    expect((await ask(`${newest()}/events`)).status).toBe(404);
    expect((await ask('none/events')).status).toBe(404);
    stream();
    expect((await ask(`${newest()}/events?after=-1`)).status).toBe(400);
  });

  test('count as memory, and go with their exchange', () => {
    const before = inspector.store.held;
    const exchange = stream();
    for (let i = 0; i < 300; i++) {
      rig.now += 1_000;
      told(exchange, `data: ${'x'.repeat(1_000)}\n\n`);
    }
    // Beside the body itself, which is kept as well.
    expect(inspector.store.held - before).toBeGreaterThan(300 * 3_000);
    inspector.store.clear();
    expect(inspector.store.held).toBe(before);
  });
});

describe('an exchange', () => {
  test('tells the times of each direction', async () => {
    const exchange = rig.open('/');
    rig.answer(exchange);
    const times = { connectMs: 1.5, isReused: true, requestSentMs: 2.5, firstByteMs: 3.5 };
    rig.tell(exchange, { type: 'closed', durationMs: 9.5, times });
    expect(await (await ask(newest())).json()).toMatchObject({
      row: { firstByteMs: 3.5 },
      timing: { ...times, responseEndMs: 9.5, durationMs: 9.5 },
    });
  });

  test('that failed has no end of a response', async () => {
    const times = { connectMs: -1, isReused: false, requestSentMs: -1, firstByteMs: -1 };
    const failed = { code: 'SELLIA_UPSTREAM_REFUSED', reason: 'connection refused' } as const;
    rig.tell(rig.open('/'), { type: 'failed', ...failed, durationMs: 3, times });
    expect(await (await ask(newest())).json()).toMatchObject({
      timing: { connectMs: -1, requestSentMs: -1, responseEndMs: -1 },
    });
  });

  test('says nothing of the clocks while nothing is known; a replay has but one', async () => {
    rig.exchange('/');
    const { timing } = (await (await ask(newest())).json()) as { timing: object };
    expect(timing).not.toHaveProperty('clockDifferenceMs');
    rig.open('/', [], 'http', { visitorAddress: '' });
    expect(await (await ask(newest())).json()).toMatchObject({ timing: { clockDifferenceMs: 0 } });
  });

  test('that is an upload tells how far it has come, and how far it will', async () => {
    const headers = ['Content-Type', 'multipart/form-data; boundary=x', 'Content-Length', '1000'];
    rig.body(rig.open('/upload', headers), 'request', 300);
    expect(await (await ask(newest())).json()).toMatchObject({
      row: { state: 'pending', requestBytes: 300 },
      request: { body: { bytes: 300, expectedBytes: 1_000 } },
      response: { body: { bytes: 0, expectedBytes: -1 } },
    });
  });

  test.each(['-1', '1e3', '99999999999999999999', ''])(
    'of an odd Content-Length %j tells none',
    async (length) => {
      rig.open('/', ['Content-Length', length]);
      expect(await (await ask(newest())).json()).toMatchObject({
        request: { body: { expectedBytes: -1 } },
      });
    },
  );
});
