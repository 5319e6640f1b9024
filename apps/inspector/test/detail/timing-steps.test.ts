import { expect, test } from 'vitest';
import type { ExchangeTiming } from '../../src/api/types.ts';
import { stepsOf } from '../../src/detail/timing-steps.ts';

const UNKNOWN: ExchangeTiming = {
  connectMs: -1,
  isReused: false,
  requestSentMs: -1,
  responseEndMs: -1,
  firstByteMs: -1,
  durationMs: -1,
  relayMs: -1,
  visitorFirstByteMs: -1,
  visitorTotalMs: -1,
};

function bars(timing: Partial<ExchangeTiming>): string[] {
  return stepsOf({ ...UNKNOWN, ...timing }).map(
    ({ label, startMs, endMs }) => `${label} ${startMs}..${endMs}`,
  );
}

const LOCAL = {
  connectMs: 2,
  requestSentMs: 3,
  firstByteMs: 10,
  responseEndMs: 12,
  durationMs: 12,
};

test('without times of the relay all begins at the client', () => {
  expect(bars({ ...LOCAL, relayMs: 5 })).toEqual([
    'Connect to your app 0..2',
    'Send the request 2..3',
    'Wait for your app 3..10',
    'Receive the answer 10..12',
  ]);
});

test('with them it begins at the relay, and the difference of the clocks is taken off', () => {
  const relay = {
    relayMs: 105,
    clockDifferenceMs: 100,
    visitorFirstByteMs: 18,
    visitorTotalMs: 20,
  };
  expect(bars({ ...LOCAL, isReused: true, ...relay })).toEqual([
    'Relay to client 0..5',
    'Connection to your app, kept open 5..7',
    'Send the request 7..8',
    'Wait for your app 8..15',
    'Receive the answer 15..17',
    'Client to relay 15..18',
    'Out to the visitor 18..20',
  ]);
});

test('no bar ends before it begins, whatever the clocks say', () => {
  const odd = { relayMs: -50, clockDifferenceMs: 10, visitorFirstByteMs: 4, visitorTotalMs: 3 };
  for (const { startMs, endMs } of stepsOf({ ...UNKNOWN, ...LOCAL, ...odd })) {
    expect(endMs).toBeGreaterThanOrEqual(startMs);
    expect(startMs).toBeGreaterThanOrEqual(0);
  }
});

test('an answer that comes before the request has ended is waited for from the connection on', () => {
  expect(bars({ ...LOCAL, requestSentMs: 11 })).toContain('Wait for your app 2..10');
});

test('what is not known has no bar', () => {
  expect(bars({})).toEqual([]);
  expect(bars({ connectMs: 1 })).toEqual(['Connect to your app 0..1']);
});
