import { VirtualClock } from '@sellia/session';
import { describe, expect, test, vi } from 'vitest';
import { SelliaError } from '../src/errors.ts';
import { Redial } from '../src/redial.ts';

const lost = () => new SelliaError('SELLIA_LINK_LOST', 'lost');

/** A redial whose attempts a test settles by hand. */
function rig(options: { isFatal?: (error: SelliaError) => boolean } = {}) {
  const clock = new VirtualClock();
  const attempts: { settle: (error?: unknown) => void; signal: AbortSignal }[] = [];
  const waits: { code: string; attempt: number; delayMs: number }[] = [];
  const givenUp: SelliaError[] = [];
  const redial = new Redial({
    clock,
    backoff: { baseMs: 500, capMs: 30_000 },
    establish: (signal) =>
      new Promise((resolve, reject) => {
        attempts.push({
          signal,
          settle: (error) => (error === undefined ? resolve() : reject(error)),
        });
        signal.addEventListener('abort', () => reject(lost()));
      }),
    isFatal: options.isFatal ?? (() => false),
    onWaiting: (error, attempt, delayMs) => waits.push({ code: error.code, attempt, delayMs }),
    onGivenUp: (error) => givenUp.push(error),
  });
  /** Lets promises settle, then time pass. */
  const pass = async (ms: number) => {
    for (let i = 0; i < 5; i++) await Promise.resolve();
    clock.advance(ms);
    for (let i = 0; i < 5; i++) await Promise.resolve();
  };
  return { clock, attempts, waits, givenUp, redial, pass };
}

describe('looking for a link', () => {
  test('goes on without end, and never waits longer than the outage has lasted', async () => {
    const { clock, attempts, waits, givenUp, redial, pass } = rig();
    redial.start(lost());
    for (let i = 0; i < 200; i++) {
      const before = waits.at(-1);
      expect(before?.delayMs).toBeLessThanOrEqual(Math.min(30_000, Math.max(500, clock.now())));
      await pass(before?.delayMs ?? 0);
      expect(attempts).toHaveLength(i + 1);
      attempts[i]?.settle(new SelliaError('SELLIA_RELAY_UNREACHABLE', 'not there'));
      await pass(0);
    }
    expect(waits.map(({ attempt }) => attempt)).toEqual(waits.map((_, i) => i + 1));
    expect(waits.at(-1)?.code).toBe('SELLIA_RELAY_UNREACHABLE');
    expect(givenUp).toEqual([]);
    redial.stop();
    await pass(0);
    expect(clock.pending).toBe(0);
  });

  test('waits as long as the relay asks', async () => {
    const { attempts, waits, redial, pass } = rig();
    redial.start(lost());
    await pass(500);
    attempts[0]?.settle(new SelliaError('SELLIA_RELAY_BUSY', '', '', { retryAfterMs: 7_000 }));
    await pass(0);
    expect(waits[1]?.delayMs).toBeGreaterThanOrEqual(7_000);
    redial.stop();
  });

  test('an attempt that hung counts as waiting, but not for what the relay asks', async () => {
    const { attempts, waits, redial, pass } = rig();
    redial.start(lost());
    await pass(500);
    await pass(9_500);
    attempts[0]?.settle(new SelliaError('SELLIA_RELAY_TIMEOUT', 'no answer'));
    await pass(0);
    // Up to the ten seconds since the loss, less the nine and a half at least that it took.
    expect(waits[1]?.delayMs).toBeLessThanOrEqual(500);
    await pass(500);
    await pass(9_500);
    attempts[1]?.settle(new SelliaError('SELLIA_RELAY_BUSY', '', '', { retryAfterMs: 7_000 }));
    await pass(0);
    expect(waits[2]?.delayMs).toBeGreaterThanOrEqual(7_000);
    redial.stop();
  });

  test('a reason that will not change ends it', async () => {
    const { attempts, givenUp, redial, pass, clock } = rig({
      isFatal: ({ code }) => code === 'SELLIA_UNAUTHORIZED',
    });
    redial.start(lost());
    await pass(500);
    attempts[0]?.settle(new SelliaError('SELLIA_UNAUTHORIZED', 'no'));
    await pass(0);
    expect(givenUp.map(({ code }) => code)).toEqual(['SELLIA_UNAUTHORIZED']);
    expect([redial.isSeeking, clock.pending]).toEqual([false, 0]);
  });

  test('a loss in the turn of its success begins a search of its own', async () => {
    const { attempts, redial, pass, waits } = rig();
    redial.start(lost());
    await pass(500);
    redial.found();
    redial.start(lost());
    attempts[0]?.settle();
    await pass(0);
    expect(redial.isSeeking).toBe(true);
    expect(waits).toHaveLength(2);
    await pass(500);
    expect(attempts).toHaveLength(2);
    redial.stop();
  });
});

describe('a machine that wakes up', () => {
  test('does not wait for the timer', async () => {
    const { attempts, redial, pass, clock } = rig();
    clock.advance(1);
    redial.start(lost());
    await pass(0);
    redial.wake();
    await pass(0);
    expect(attempts).toHaveLength(1);
    redial.stop();
  });

  test('draws its waits as after a loss of that moment', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.999);
    const { attempts, waits, redial, pass } = rig();
    redial.start(lost());
    await pass(500);
    await pass(60_000);
    attempts[0]?.settle(lost());
    await pass(0);
    redial.wake();
    await pass(100);
    attempts[1]?.settle(lost());
    await pass(0);
    expect(waits.map(({ delayMs }) => delayMs).slice(1)).toEqual([0, 399]);
    redial.stop();
    vi.restoreAllMocks();
  });

  test('begins anew what was under way before, and leaves alone what has just begun', async () => {
    const { attempts, redial, pass } = rig();
    redial.start(lost());
    await pass(500);
    redial.wake();
    await pass(0);
    expect([attempts.length, attempts[0]?.signal.aborted]).toEqual([1, false]);
    await pass(3_000);
    redial.wake();
    await pass(0);
    expect([attempts.length, attempts[0]?.signal.aborted]).toEqual([2, true]);
    attempts[1]?.settle();
    await pass(0);
    expect(redial.isSeeking).toBe(false);
  });
});
