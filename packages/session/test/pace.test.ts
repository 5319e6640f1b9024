import { limits } from '@sellia/protocol';
import { VirtualClock } from '@sellia/session';
import { describe, expect, test } from 'vitest';
import { Pace } from '../src/pace.ts';

/** A link that carries `rate` bytes a millisecond behind one queue, and its sender, who never lacks bytes. */
class BulkLink {
  readonly clock = new VirtualClock();
  readonly pace = new Pace();
  delivered = 0;
  /** Longest time that a message has waited behind others. */
  longestQueue = 0;
  rate: number;
  roundTrip: number;
  #count = 0;
  #freeAt = 0;

  constructor(rate: number, roundTrip: number) {
    this.rate = rate;
    this.roundTrip = roundTrip;
    this.#pump();
  }

  /** Bytes a millisecond delivered in the next `ms`. */
  run(ms: number): number {
    const before = this.delivered;
    this.longestQueue = 0;
    this.clock.advance(ms);
    return (this.delivered - before) / ms;
  }

  #pump(): void {
    while (!this.pace.isFull) this.#send(this.pace.messageBytes, ++this.#count);
  }

  #send(bytes: number, count: number): void {
    const now = this.clock.now();
    this.longestQueue = Math.max(this.longestQueue, this.#freeAt - now);
    this.#freeAt = Math.max(now, this.#freeAt) + bytes / this.rate;
    this.pace.sent(bytes, count, now);
    this.clock.after(this.#freeAt - now + this.roundTrip, () => {
      this.delivered += bytes;
      this.pace.acknowledged(count, this.clock.now());
      this.#pump();
    });
  }
}

describe('a link is kept full, and its queue short', () => {
  test.each([
    { rate: 64, roundTrip: 20 },
    { rate: 1_250, roundTrip: 20 },
    { rate: 1_250, roundTrip: 100 },
    { rate: 12_500, roundTrip: 40 },
    { rate: 12_500, roundTrip: 200 },
  ])('$rate bytes a millisecond, $roundTrip ms', ({ rate, roundTrip }) => {
    const link = new BulkLink(rate, roundTrip);
    link.run(3_000);
    // Long enough for the round trip to be measured anew three times.
    expect(link.run(32_000)).toBeGreaterThan(rate * 0.96);
    const floor = limits.LINK_FLOOR / rate;
    expect(link.longestQueue).toBeLessThan(Math.max(floor, 2 * roundTrip + 5) + 100);
  });
});

describe('the way of a living link changes', () => {
  test('a longer round trip is found within seconds, and filled again', () => {
    const link = new BulkLink(12_500, 1);
    link.run(3_000);
    link.roundTrip = 100;
    link.run(13_000);
    expect(link.run(10_000)).toBeGreaterThan(12_500 * 0.95);
  });

  test('a shorter one: each time it is measured anew, half of what queues in its place is gone', () => {
    const link = new BulkLink(12_500, 200);
    link.run(3_000);
    link.roundTrip = 1;
    link.run(42_000);
    expect(link.run(10_000)).toBeGreaterThan(12_500 * 0.98);
    expect(link.longestQueue).toBeLessThan(2 * 200 * 0.5 ** 4 + 10);
  });

  test('a slower link gets smaller messages and a shorter queue', () => {
    const link = new BulkLink(12_500, 20);
    link.run(3_000);
    link.rate = 125;
    link.run(20_000);
    expect(link.run(10_000)).toBeGreaterThan(125 * 0.96);
    expect(link.longestQueue).toBeLessThan(limits.LINK_FLOOR / 125 + 100);
  });
});

test('nothing is known of a new link: its first messages are small', () => {
  const pace = new Pace();
  expect(pace.messageBytes).toBe(4 * 1024);
  expect(pace.window).toBe(limits.LINK_FLOOR);
  pace.sent(4 * 1024, 1, 0);
  pace.acknowledged(1, 1);
  expect(pace.messageBytes).toBe(limits.LINK_FLOOR / 4);
  pace.restart();
  expect(pace.messageBytes).toBe(4 * 1024);
});
