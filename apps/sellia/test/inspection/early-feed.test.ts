import type { ExchangeFact, ExchangeFeed, FactSubscriber } from '@sellia/client';
import { beforeEach, expect, test } from 'vitest';
import { EarlyFeed } from '../../src/inspection/early-feed.ts';

let subscribers: Set<FactSubscriber>;
let feed: ExchangeFeed;

beforeEach(() => {
  subscribers = new Set();
  feed = {
    subscribe: (subscriber: FactSubscriber) => {
      subscribers.add(subscriber);
      return () => subscribers.delete(subscriber);
    },
  } as unknown as ExchangeFeed;
});

function publish(fact: number, chunk?: Uint8Array): void {
  const body = chunk === undefined ? { type: 'upgraded' } : { type: 'bodyChunk', chunk };
  const whole = { fact, exchange: 1, at: 0, ...body } as ExchangeFact;
  for (const subscriber of [...subscribers]) subscriber(whole);
}

test('each subscriber hears everything once, from the first fact on, in order', () => {
  const early = new EarlyFeed(feed);
  const heard: number[][] = [[], []];
  publish(1);
  publish(2);
  early.subscribe(({ fact }) => heard[0]?.push(fact));
  publish(3);
  early.subscribe(({ fact }) => heard[1]?.push(fact));
  early.release();
  publish(4);
  expect(heard).toEqual([
    [1, 2, 3, 4],
    [1, 2, 3, 4],
  ]);
});

test('chunks are only lent: what is told later is a copy', () => {
  const early = new EarlyFeed(feed);
  const lent = Buffer.from('abc');
  publish(1, lent);
  lent.fill(0);
  const chunks: string[] = [];
  early.subscribe((fact) => {
    if (fact.type === 'bodyChunk') chunks.push(Buffer.from(fact.chunk).toString());
  });
  expect(chunks).toEqual(['abc']);
});

test('past its bounds it keeps nothing of that time, and the tunnel is told of on', () => {
  for (const fill of [
    () => {
      for (let fact = 1; fact <= 10_001; fact++) publish(fact);
    },
    () => publish(1, Buffer.alloc(8 * 1024 * 1024 + 1)),
  ]) {
    const early = new EarlyFeed(feed);
    fill();
    const heard: number[] = [];
    early.subscribe(({ fact }) => heard.push(fact));
    expect(heard).toEqual([]);
    publish(20_000);
    expect(heard).toEqual([20_000]);
    early.release();
  }
});

test('released, it costs the feed nothing', () => {
  new EarlyFeed(feed).release();
  expect(subscribers.size).toBe(0);
});
