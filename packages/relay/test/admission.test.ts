import type { DialError } from '@sellia/session';
import { describe, expect, test } from 'vitest';
import { Admission } from '../src/admission.ts';
import { RelayFixture } from './relay-fixture.ts';

describe('admission', () => {
  test('a burst, then a rate; those beyond it come later, the later the more there are', () => {
    const admission = new Admission(100, 10, 0);
    const waits = Array.from({ length: 510 }, () => admission.ask(0, true));
    expect(waits.filter((seconds) => seconds === 0).length).toBe(10);
    expect([waits[10], waits[109], waits[110], waits[509]]).toEqual([1, 1, 2, 5]);
  });

  test('who comes while too many have not said who they are waits a little, too', () => {
    const admission = new Admission(100, 10, 0);
    expect([admission.ask(0, false), admission.ask(0, true)]).toEqual([1, 0]);
  });

  test('nobody is told to wait for longer than 30 s', () => {
    const admission = new Admission(1, 1, 0);
    const waits = Array.from({ length: 1_000 }, () => admission.ask(0, true));
    expect(Math.max(...waits)).toBe(30);
  });

  test('who waited as told finds room', () => {
    const admission = new Admission(100, 10, 0);
    const due = Array.from({ length: 2_010 }, () => admission.ask(0, true) * 1_000);
    const left = due.filter((at) => at > 0).sort((a, b) => a - b);
    let refused = 0;
    // A second's worth comes over that second: clients add a random part of their own.
    for (const [i, at] of left.entries()) {
      if (admission.ask(at + (i % 100) * 10, true) > 0) refused++;
    }
    expect(refused).toBe(0);
  });
});

test('K31 a storm of clients: 503 and when to come again', async () => {
  await using fixture = await RelayFixture.start({
    limits: { attachesPerSecond: 1, attachBurst: 2 },
  });
  const refusals: unknown[] = [];
  for (let i = 0; i < 5; i++) {
    await fixture.client().catch((error: unknown) => refusals.push(error));
  }
  expect(refusals.map((error) => (error as DialError).status)).toEqual([503, 503, 503]);
  expect(fixture.events).toContainEqual(
    expect.objectContaining({ type: 'session.refused', code: 'SELLIA_TOO_MANY_ATTACHES' }),
  );
  await fixture.clock.advance(1_000);
  await fixture.client();
});
