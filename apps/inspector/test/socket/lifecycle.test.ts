import { describe, expect, test } from 'vitest';
import type { ExchangeTiming } from '../../src/api/types.ts';
import { lifecycle } from '../../src/socket/overview/lifecycle.ts';
import { switchParts } from '../../src/socket/overview/time-to-switch.ts';
import { flow, socketDetail, socketRow } from './sockets.ts';

const TIMING: ExchangeTiming = {
  ...{ connectMs: -1, isReused: false, requestSentMs: -1, responseEndMs: -1, firstByteMs: 4 },
  ...{ durationMs: -1, relayMs: -1, visitorFirstByteMs: -1, visitorTotalMs: -1 },
};

describe('the lifecycle of a WebSocket', () => {
  test('has all that happened, in order', () => {
    const close = { code: 4000, reason: '', side: 'upstream' } as const;
    const socket = socketDetail({
      up: flow({ messages: 2, firstMessageAt: 1_010, lastMessageAt: 1_030 }),
      down: flow({ messages: 1, firstMessageAt: 1_020, lastMessageAt: 1_020 }),
      close: { ...close, at: 1_040, isReasonBroken: false },
      answer: { code: 4000, reason: '', side: 'visitor', at: 1_041, isReasonBroken: false },
    });
    const row = socketRow({ state: 'closed', durationMs: 50, close });
    expect(lifecycle(row, TIMING, socket).map(({ at, what }) => [at, what])).toEqual([
      [1_000, 'Upgrade requested'],
      [1_004, 'Opened: 101 Switching Protocols'],
      [1_010, '↑ First message from the visitor'],
      [1_020, '↓ First message from your app'],
      [1_030, '↑ Latest message from the visitor'],
      [1_040, 'Your app sent a close frame'],
      [1_041, 'The visitor answered it'],
      [1_050, 'Connection ended'],
    ]);
  });

  test('tells a rejection, and a connection that broke', () => {
    const rejected = socketRow({ state: 'rejected', status: 404, reason: '', socket: undefined });
    expect(lifecycle(rejected, TIMING, undefined).at(-1)).toMatchObject({ what: 'Rejected: 404' });
    const failure = { code: 'SELLIA_CANCELLED', side: 'visitor', reason: 'it left' } as const;
    const broken = lifecycle(socketRow({ durationMs: 9, failure }), TIMING, socketDetail());
    expect(broken.at(-1)).toMatchObject({
      what: 'The connection broke',
      note: 'after 9.0 ms; at the visitor; it left',
    });
  });

  test('splits the time to 101 as far as it is known', () => {
    expect(switchParts({ ...TIMING, firstByteMs: -1 })).toEqual([]);
    expect(switchParts(TIMING)).toEqual(['your app 4.0 ms']);
    const all = { connectMs: 1, relayMs: 12, clockDifferenceMs: 10, visitorFirstByteMs: 9 };
    expect(switchParts({ ...TIMING, ...all })).toEqual([
      'relay to client about 2.0 ms',
      'connecting to your app 1.0 ms',
      'your app 3.0 ms',
      'tunnel 5.0 ms, 9.0 ms for the visitor',
    ]);
  });
});
