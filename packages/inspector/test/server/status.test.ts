import { once } from 'node:events';
import type { SelliaError, TunnelStatus } from '@sellia/client';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { LiveMessage, LiveStatus } from '../../src/exchange/live.ts';
import { Inspector } from '../../src/server/inspector.ts';
import { FeedRig } from '../capture/feed-rig.ts';
import { shownTunnel } from './shown-tunnel.ts';

const LINK = {
  relay: 'relay.test',
  relayAgent: 'sellia-relay/1.2.3',
  agent: 'sellia/1.2.3',
  version: 1,
  session: 's1',
  graceMs: 60_000,
  maxStreams: 10_000,
  connectedAt: 1_700_000_000_000,
};

let rig: FeedRig;
let inspector: Inspector;
let status: TunnelStatus;
let listener: ((status: TunnelStatus) => void) | undefined;

beforeEach(async () => {
  rig = new FeedRig();
  status = { state: 'public' };
  inspector = await Inspector.start({ port: 0, version: '1.2.3' });
  const shown = {
    ...shownTunnel(rig),
    link: LINK,
    on: (_name: 'status', heard: (status: TunnelStatus) => void) => {
      listener = heard;
    },
    off: () => {
      listener = undefined;
    },
  };
  inspector.show(Object.defineProperty(shown, 'status', { get: () => status }));
});
afterEach(() => inspector.close());

function turn(next: TunnelStatus): void {
  status = next;
  listener?.(next);
}

function lose(): void {
  const error = { code: 'SELLIA_LINK_LOST', message: 'The link is lost.' } as SelliaError;
  turn({ state: 'reconnecting', error, attempt: 1, delayMs: 500 });
}

async function read(): Promise<LiveStatus> {
  const headers = { authorization: `Bearer ${inspector.token}` };
  const answer = await fetch(`${inspector.url}api/v1/status`, { headers });
  return answer.json() as Promise<LiveStatus>;
}

describe('the status', () => {
  test('tells of the link, its losses, and what went through', async () => {
    rig.now = Date.now();
    rig.exchange('/', 100);
    lose();
    const [tunnel] = (await read()).tunnels;
    expect(tunnel).toMatchObject({
      state: 'reconnecting',
      reason: 'The link is lost.',
      link: LINK,
      outages: [{ awayMs: -1, attempts: 1, code: 'SELLIA_LINK_LOST' }],
      outageCount: 1,
      minute: { requests: 1, errors: 0, responseBytes: 100 },
      quarter: { requests: 1 },
      upstream: { state: 'answers' },
      running: 0,
      upgraded: 0,
    });
    expect(tunnel?.since).toBeGreaterThan(LINK.connectedAt);
    expect(tunnel?.nextTryAt).toBeGreaterThan(tunnel?.since as number);
    expect(tunnel?.roundTrips.samples).toHaveLength(60);
    expect(tunnel?.seconds.requests).toHaveLength(60);
  });

  test('tells since when it is public, also from before it was shown', async () => {
    expect((await read()).tunnels[0]?.since).toBe(LINK.connectedAt);
  });

  test('counts what goes through while nothing is captured', async () => {
    inspector.store.isPaused = true;
    rig.now = Date.now();
    rig.exchange();
    const { capture, tunnels } = await read();
    expect([capture.exchanges, tunnels[0]?.minute.requests]).toEqual([0, 1]);
  });

  test('ends its listening with the inspector', async () => {
    await inspector.close();
    expect(listener).toBeUndefined();
  });
});

describe('a live page', () => {
  let heard: LiveStatus[];
  let page: WebSocket;

  beforeEach(async () => {
    heard = [];
    page = new WebSocket(`ws://127.0.0.1:${inspector.port}/api/v1/live`, {
      headers: { authorization: `Bearer ${inspector.token}` },
    });
    page.on('message', (bytes) => {
      const message = JSON.parse(String(bytes)) as LiveMessage;
      if (message.type === 'status') heard.push(message);
    });
    await once(page, 'open');
    await expect.poll(() => heard.length).toBeGreaterThan(0);
  });
  afterEach(() => page.terminate());

  test('hears the status first of all, as the API gives it', async () => {
    const { type, ...first } = heard[0] as LiveStatus;
    expect(type).toBe('status');
    const now = await read();
    expect(Object.keys(first)).toEqual(Object.keys(now));
    expect(first.tunnels[0]?.link).toEqual(now.tunnels[0]?.link);
  });

  test('hears of another state before the next second', async () => {
    const from = heard.length;
    const at = performance.now();
    lose();
    await expect
      .poll(() => heard.slice(from).at(-1)?.tunnels[0]?.state, { interval: 5 })
      .toBe('reconnecting');
    expect(performance.now() - at).toBeLessThan(800);
    turn({ state: 'public' });
    await expect.poll(() => heard.at(-1)?.tunnels[0]?.state, { interval: 5 }).toBe('public');
  });

  test('hears of figures once a second at most, however much happens', async () => {
    const from = heard.length;
    const until = performance.now() + 2_200;
    let count = 0;
    while (performance.now() < until) {
      rig.now = Date.now();
      rig.exchange(`/${count++}`);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await expect.poll(() => heard.at(-1)?.tunnels[0]?.minute.requests).toBe(count);
    expect(heard.length - from).toBeLessThan(7);
  });
});
