import type { SelliaError, TunnelStatus } from '@sellia/client';
import { beforeEach, describe, expect, test } from 'vitest';
import { TunnelLog } from '../../../src/capture/tunnel/tunnel-log.ts';
import { FeedRig } from '../feed-rig.ts';

const START = 1_700_000_000_000;
const MINUTE = 60_000;

let rig: FeedRig;
let now: number;
let roundTrip: number;
let status: TunnelStatus;
let listener: ((status: TunnelStatus) => void) | undefined;
let states: number;
let log: TunnelLog;

beforeEach(() => {
  rig = new FeedRig();
  now = START;
  rig.now = now;
  roundTrip = 0;
  status = { state: 'public' };
  states = 0;
  log = new TunnelLog(
    {
      name: 'one',
      feed: rig.feed,
      get status() {
        return status;
      },
      get roundTrip() {
        return roundTrip;
      },
      on: (_name, heard) => {
        listener = heard;
      },
      off: () => {
        listener = undefined;
      },
    },
    () => states++,
    () => now,
  );
  log.feed.subscribe(() => {});
});

function pass(ms: number): void {
  now += ms;
  rig.now = now;
}

function turn(next: TunnelStatus): void {
  status = next;
  listener?.(next);
}

function lost(attempt: number, delayMs: number, message = 'The link is lost.'): TunnelStatus {
  const error = { code: 'SELLIA_LINK_LOST', message } as SelliaError;
  return { state: 'reconnecting', error, attempt, delayMs };
}

function seconds(count: number, ms: number): void {
  roundTrip = ms;
  for (let i = 0; i < count; i++) log.sample();
}

describe('outages', () => {
  test('are remembered with their cause, how long they took, and how many attempts', () => {
    pass(5_000);
    turn(lost(1, 400));
    expect(log.read()).toMatchObject({ since: now, nextTryAt: now + 400, outageCount: 1 });
    expect(log.read().outages).toMatchObject([{ at: now, awayMs: -1, attempts: 1 }]);
    pass(400);
    turn(lost(2, 900, 'No answer.'));
    expect(log.read()).toMatchObject({ since: now - 400, nextTryAt: now + 900 });
    pass(1_000);
    turn({ state: 'public' });
    expect(log.read()).toMatchObject({ since: now, nextTryAt: 0, outageCount: 1 });
    expect(log.read().outages).toEqual([
      {
        at: START + 5_000,
        awayMs: 1_400,
        attempts: 2,
        code: 'SELLIA_LINK_LOST',
        reason: 'The link is lost.',
      },
    ]);
    expect(states).toBe(4);
  });

  test('without a gap are told, too', () => {
    turn({ state: 'public' });
    expect(log.read().outages).toMatchObject([{ awayMs: 0, code: 'SELLIA_GOING_AWAY' }]);
  });

  test('are the newest fifty, with reasons of bounded length', () => {
    for (let i = 1; i <= 60; i++) {
      turn(lost(i, 1, 'x'.repeat(10_000)));
      pass(1);
      turn({ state: 'public' });
    }
    const { outages, outageCount } = log.read();
    expect(outages.map(({ attempts }) => attempts)).toEqual(
      Array.from({ length: 50 }, (_, i) => 60 - i),
    );
    expect(outageCount).toBe(60);
    expect(outages[0]?.reason).toHaveLength(500);
  });

  test('are seen at the next look where nobody tells of them', () => {
    status = lost(1, 100);
    log.sample();
    expect(log.read().outages).toHaveLength(1);
  });

  test('are heard of no more once the log is closed', () => {
    log.close();
    expect(listener).toBeUndefined();
  });
});

describe('round trips', () => {
  test('are unknown at first', () => {
    seconds(3, 0);
    expect(log.read().roundTrips).toMatchObject({ nowMs: -1, minMs: -1, p95Ms: -1 });
    expect(log.read().roundTrips.samples).toEqual(Array.from({ length: 60 }, () => -1));
  });

  test('have a minimum, a 95th percentile and a last minute', () => {
    for (let i = 1; i <= 100; i++) seconds(1, i);
    const { nowMs, minMs, p95Ms, samples } = log.read().roundTrips;
    expect({ nowMs, minMs, p95Ms }).toEqual({ nowMs: 100, minMs: 1, p95Ms: 95 });
    expect(samples).toEqual(Array.from({ length: 60 }, (_, i) => 41 + i));
  });

  test('are forgotten after ten minutes', () => {
    seconds(1, 1);
    seconds(600, 20.123);
    expect(log.read().roundTrips).toMatchObject({ minMs: 20.12, p95Ms: 20.12 });
  });

  test('are none while the tunnel is away', () => {
    seconds(1, 7);
    turn(lost(1, 1));
    seconds(1, 7);
    const { nowMs, samples } = log.read().roundTrips;
    expect([nowMs, ...samples.slice(-2)]).toEqual([-1, 7, -1]);
  });
});

describe('figures', () => {
  test('count requests, errors, refusals and bytes, each once', () => {
    const good = rig.open();
    rig.body(good, 'request', 10);
    rig.answer(good);
    rig.body(good, 'response', 2_000);
    rig.close(good);
    const bad = rig.open();
    rig.answer(bad, 503);
    rig.tell(bad, { type: 'failed', code: 'SELLIA_UPSTREAM_RESET', reason: 'x', durationMs: 9 });
    const failed = rig.open();
    rig.tell(failed, { type: 'failed', code: 'SELLIA_CANCELLED', reason: 'x', durationMs: 9 });
    rig.tell(0, {
      type: 'refused',
      refusal: {
        type: 'exchange.refused',
        tunnel: 1,
        status: 429,
        code: 'X',
        method: 'GET',
        target: '/',
      },
    });
    rig.open();
    pass(20_000);
    const { minute, quarter, running, seconds: last } = log.read();
    const sums = { requests: 4, errors: 2, refused: 1, requestBytes: 10, responseBytes: 2_000 };
    expect(minute).toMatchObject({ ...sums, overMs: 20_000, perSecond: 0.2 });
    expect(quarter).toMatchObject(sums);
    expect(running).toBe(1);
    expect([last.requests[39], last.requestBytes[39], last.responseBytes[39]]).toEqual([
      4, 10, 2_000,
    ]);
  });

  test('leave a minute and a quarter of an hour again', () => {
    rig.exchange('/', 5);
    pass(61_000);
    expect(log.read().minute).toMatchObject({ requests: 0, responseBytes: 0, p50Ms: -1 });
    expect(log.read().quarter).toMatchObject({ requests: 1, responseBytes: 5 });
    pass(15 * MINUTE);
    expect(log.read().quarter).toMatchObject({ requests: 0, responseBytes: 0, p99Ms: -1 });
    rig.exchange('/', 7);
    expect(log.read().quarter).toMatchObject({ requests: 1, responseBytes: 7 });
  });

  test('give percentiles within a tenth of the truth', () => {
    for (let ms = 1; ms <= 1_000; ms++) {
      const exchange = rig.open();
      rig.close(exchange, ms);
    }
    const { p50Ms, p90Ms, p99Ms } = log.read().minute;
    for (const [found, truth] of [
      [p50Ms, 500],
      [p90Ms, 900],
      [p99Ms, 990],
    ] as const) {
      expect(Math.abs(found - truth) / truth).toBeLessThan(0.1);
    }
  });

  test.each([0, 0.001, 1e9, Number.POSITIVE_INFINITY, Number.NaN])(
    'survive a duration of %d',
    (ms) => {
      rig.close(rig.open(), ms);
      expect(log.read().minute.p50Ms).toBeGreaterThan(0);
    },
  );

  test('leave out how long an event stream was open', () => {
    const stream = rig.open('/events');
    rig.answer(stream, 200, ['content-type', 'text/event-stream; charset=utf-8']);
    rig.close(stream, 600_000);
    expect(log.read()).toMatchObject({ running: 0, minute: { requests: 1, p99Ms: -1 } });
    const cut = rig.open('/events');
    rig.answer(cut, 200, ['Content-Type', 'text/event-stream']);
    const failure = { code: 'SELLIA_CANCELLED', reason: 'x' } as const;
    rig.tell(cut, { type: 'failed', ...failure, durationMs: 9 });
    rig.close(rig.open('/'), 5);
    expect(log.read().minute.p99Ms).toBeGreaterThan(4);
    expect(log.read().minute.p99Ms).toBeLessThan(6);
  });

  test('leave out how long an upgraded connection was open', () => {
    const socket = rig.open('/', ['Upgrade', 'websocket'], 'upgrade');
    rig.answer(socket, 101);
    rig.tell(socket, { type: 'upgraded' });
    expect(log.read()).toMatchObject({ running: 1, upgraded: 1 });
    rig.close(socket, 3_600_000);
    expect(log.read()).toMatchObject({ running: 0, upgraded: 0, minute: { p99Ms: -1 } });
  });

  test('survive a clock that is set back', () => {
    rig.exchange();
    pass(-10 * MINUTE);
    rig.exchange();
    expect(log.read().minute).toMatchObject({ requests: 2, overMs: 0 });
  });
});

describe('the upstream', () => {
  const refused = (
    code: 'SELLIA_UPSTREAM_REFUSED' | 'SELLIA_UPSTREAM_RESET' | 'SELLIA_CANCELLED',
  ) => rig.tell(rig.open(), { type: 'failed', code, reason: 'why', durationMs: 1 });

  test('is judged by what it did last, and since when', () => {
    expect(log.read().upstream).toMatchObject({ state: 'unknown', since: 0 });
    rig.exchange();
    pass(1_000);
    rig.exchange();
    expect(log.read().upstream).toMatchObject({
      state: 'answers',
      since: START,
      lastAnswerAt: now,
    });
    refused('SELLIA_UPSTREAM_REFUSED');
    const since = now;
    pass(1_000);
    refused('SELLIA_UPSTREAM_REFUSED');
    expect(log.read().upstream).toEqual({
      state: 'refuses',
      since,
      lastAnswerAt: since,
      code: 'SELLIA_UPSTREAM_REFUSED',
      reason: 'why',
    });
    refused('SELLIA_UPSTREAM_RESET');
    expect(log.read().upstream).toMatchObject({ state: 'fails', since: now });
    rig.exchange();
    expect(log.read().upstream).toMatchObject({ state: 'answers', since: now, code: '' });
  });

  test('is not blamed for visitors that leave', () => {
    rig.exchange();
    refused('SELLIA_CANCELLED');
    expect(log.read().upstream.state).toBe('answers');
  });
});

describe('the difference of the clocks', () => {
  test('is what the quickest head took beyond half of a round trip', () => {
    expect(log.clockDifferenceMs).toBeUndefined();
    // The rig's heads say that the relay had them at 995.
    rig.now = 995 + 5_030;
    rig.exchange();
    expect(log.clockDifferenceMs).toBeUndefined();
    seconds(1, 40);
    rig.now += 200;
    rig.exchange();
    expect(log.clockDifferenceMs).toBe(5_010);
  });

  test('is none of a replay, which was never at the relay', () => {
    seconds(1, 40);
    rig.open('/', [], 'http', { visitorAddress: '' });
    expect(log.clockDifferenceMs).toBeUndefined();
  });
});
