import { ERRORS } from '@sellia/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CLIENT_ERRORS, type SelliaErrorCode } from '../src/errors.ts';
import { DEFAULT_LIMITS } from '../src/limits.ts';
import { isBusy, isFatal, reconnectDelay } from '../src/reconnect.ts';

const backoff = {
  baseMs: DEFAULT_LIMITS.reconnectBaseMs,
  capMs: DEFAULT_LIMITS.reconnectCapMs,
};
const elapsed = fc.nat(24 * 3_600_000);
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

/** When a client that is refused at once finds the relay that is back `outage` after the loss. */
function backAt(outage: number, draw: () => number): number {
  let now = 0;
  do {
    now += reconnectDelay(now, backoff, draw()) + 1;
  } while (now < outage);
  return now;
}

describe('the wait before dialing again', () => {
  it('lies below half a second at first, then below the time since the loss, then below 30 s', () => {
    expect(reconnectDelay(0, backoff, 0.999_999)).toBe(499);
    expect(reconnectDelay(600, backoff, 0.999_999)).toBe(599);
    expect(reconnectDelay(10_000, backoff, 0.5)).toBe(5_000);
    expect(reconnectDelay(3_600_000, backoff, 0.999_999)).toBe(29_999);
    expect(reconnectDelay(3_600_000, backoff, 0)).toBe(0);
  });

  it('never exceeds its bound, and is anywhere below it', () => {
    fc.assert(
      fc.property(elapsed, random, (elapsedMs, drawn) => {
        const bound = Math.min(30_000, Math.max(500, elapsedMs));
        const delay = reconnectDelay(elapsedMs, backoff, drawn);
        expect(delay).toBe(Math.floor(bound * drawn));
        expect(delay).toBeGreaterThanOrEqual(0);
        expect(delay).toBeLessThan(bound);
      }),
    );
  });

  it('brings everybody back within the length of the outage, and within 30 s after a long one', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 600_000 }),
        fc.infiniteStream(random),
        (outage, draws) => {
          const at = backAt(outage, () => draws.next().value ?? 0);
          expect(at - outage).toBeLessThanOrEqual(Math.min(30_000, Math.max(500, outage)));
        },
      ),
    );
  });

  it('spreads 2,000 clients of one outage: no second gets more than a third', () => {
    const seconds = new Map<number, number>();
    for (let client = 0; client < 2_000; client++) {
      const second = Math.floor((backAt(10_000, Math.random) - 10_000) / 1_000);
      seconds.set(second, (seconds.get(second) ?? 0) + 1);
    }
    expect(Math.max(...seconds.values())).toBeLessThan(667);
    expect(Math.max(...seconds.keys())).toBeLessThan(10);
  });

  it('is at least what the relay asked for, and at most half as long again', () => {
    fc.assert(
      fc.property(elapsed, random, fc.integer({ min: 1 }), (elapsedMs, drawn, asked) => {
        const heard = Math.min(asked, 60_000);
        const delay = reconnectDelay(elapsedMs, backoff, drawn, asked);
        expect(delay).toBeGreaterThanOrEqual(heard);
        expect(delay).toBeLessThanOrEqual(1.5 * heard);
      }),
    );
  });
});

describe('what ends a tunnel', () => {
  it.each([
    'SELLIA_UNAUTHORIZED',
    'SELLIA_VERSION',
    'SELLIA_NAME_INVALID',
    'SELLIA_NAME_RESERVED',
    'SELLIA_TUNNEL_REFUSED',
    'SELLIA_TUNNEL_CLOSED',
    'SELLIA_ABORTED',
  ] as const)('%s, always', (code) => {
    expect(isFatal(code, false)).toBe(true);
    expect(isFatal(code, true)).toBe(true);
  });

  it('a taken name, unless it was its own', () => {
    expect(isFatal('SELLIA_NAME_TAKEN', false)).toBe(true);
    expect(isFatal('SELLIA_NAME_TAKEN', true)).toBe(false);
  });

  it.each([
    'SELLIA_LINK_LOST',
    'SELLIA_RELAY_BUSY',
    'SELLIA_RELAY_UNREACHABLE',
    'SELLIA_RELAY_TIMEOUT',
    'SELLIA_RELAY_TLS',
    'SELLIA_FORBIDDEN',
    'SELLIA_NOT_A_RELAY',
    'SELLIA_REDIRECTED',
    'SELLIA_TOO_MANY_TUNNELS',
    'SELLIA_GOING_AWAY',
    'SELLIA_HEARTBEAT',
  ] as const)('never %s: it passes', (code) => {
    expect(isFatal(code, false)).toBe(false);
    expect(isFatal(code, true)).toBe(false);
  });
});

it('only a relay that answers that it is busy, or going, is asked again at first', () => {
  const codes = [...Object.keys(CLIENT_ERRORS), ...Object.keys(ERRORS)] as SelliaErrorCode[];
  expect(codes.filter(isBusy)).toEqual(['SELLIA_RELAY_BUSY', 'SELLIA_GOING_AWAY']);
  for (const code of codes.filter(isBusy)) expect(isFatal(code, false)).toBe(false);
});
