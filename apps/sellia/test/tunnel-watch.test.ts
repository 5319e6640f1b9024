import { EventEmitter } from 'node:events';
import { type ExchangeFact, SelliaError, type Tunnel, type TunnelStatus } from '@sellia/client';
import { beforeEach, expect, test } from 'vitest';
import type { TunnelEvent } from '../src/events.ts';
import { TunnelWatch } from '../src/tunnel-watch.ts';

const url = 'http://api.relay.test';
const facts = {
  target: 'http://localhost:1',
  targetAnswers: true,
  server: 'http://relay.test',
  inspector: null,
};

let told: TunnelEvent[];
let now: number;
let tunnel: EventEmitter & { url: string; name: string };
let publish: (fact: ExchangeFact) => void;

beforeEach(() => {
  told = [];
  now = 1_000;
  const feed = {
    subscribe: (subscriber: (fact: ExchangeFact) => void) => {
      publish = subscriber;
    },
  };
  tunnel = Object.assign(new EventEmitter(), { url, name: 'api', feed });
  const output = {
    tell: (event: TunnelEvent) => void told.push(event),
    warn: () => {},
    fail: () => {},
    trace: () => {},
    flushed: async () => {},
  };
  const options = { isQuiet: false, isVerbose: false };
  new TunnelWatch(tunnel as unknown as Tunnel, facts, output, options, () => now);
  told.length = 0;
});

function status(state: TunnelStatus): void {
  tunnel.emit('status', state);
}

function lose(attempt: number, delayMs: number): void {
  const error = new SelliaError('SELLIA_LINK_LOST', 'The link is lost.');
  status({ state: 'reconnecting', error, attempt, delayMs });
}

/** An exchange that failed before an answer: the relay knows what the visitor got. */
function fail(): void {
  const at = { exchange: 1, fact: 1, at: 0 };
  const head = { method: 'GET', target: '/', headers: [], kind: 'http', requestId: 'r' };
  publish({ ...at, ...head, type: 'opened' } as unknown as ExchangeFact);
  const sums = { requestBytes: 0, responseBytes: 0 };
  const ended = { code: 'SELLIA_UPSTREAM_REFUSED', reason: '', durationMs: 3, ...sums } as const;
  publish({ ...at, type: 'failed', ...ended });
}

test('each attempt is told, and the end of the loss with its length', () => {
  lose(1, 312);
  now += 400;
  lose(2, 700);
  now += 1_600;
  status({ state: 'public' });
  tunnel.emit('ready', { url, name: 'api' });
  const reason = 'The link is lost.';
  const reconnecting = { event: 'status', status: 'reconnecting', reason };
  const connected = { event: 'status', status: 'connected', awayMs: 2_000 };
  expect(told).toEqual([
    { ...reconnecting, attempt: 1, nextTryMs: 312 },
    { ...reconnecting, attempt: 2, nextTryMs: 700 },
    { ...connected, reason: `again after 2.0s, still ${url}` },
  ]);
});

test('another URL is told as one', () => {
  lose(1, 0);
  tunnel.url = 'http://new.relay.test';
  status({ state: 'public' });
  tunnel.emit('ready', { url: tunnel.url, name: 'new' });
  expect(told.slice(1)).toMatchObject([
    { status: 'connected', reason: 'again after 0ms' },
    { event: 'ready', url: 'http://new.relay.test' },
  ]);
});

test('a session that goes on still says what a visitor got; a fresh one never will', () => {
  fail();
  lose(1, 0);
  status({ state: 'public' });
  expect(told.filter(({ event }) => event === 'request')).toEqual([]);
  const report = { type: 'exchange.report', status: 502 } as never;
  publish({ exchange: 1, fact: 2, at: 0, type: 'reported', report });
  expect(told.at(-1)).toMatchObject({ event: 'request', status: 502 });
  fail();
  lose(1, 0);
  status({ state: 'public' });
  tunnel.emit('ready', { url, name: 'api' });
  expect(told.at(-1)).toMatchObject({ event: 'request', status: null });
});
