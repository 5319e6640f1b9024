import { describe, expect, test } from 'vitest';
import { TrafficRing } from '../../../src/capture/websocket/traffic-ring.ts';

const T = 1_700_000_000_000;

describe('a traffic ring', () => {
  test('keeps each direction by the second, the newest last', () => {
    const ring = new TrafficRing(T);
    ring.addBytes(0, 10);
    ring.addMessage(0);
    ring.advance(T + 2000);
    ring.addBytes(0, 5);
    ring.addBytes(1, 7);
    expect(ring.bytes(0).slice(-3)).toEqual([10, 0, 5]);
    expect(ring.bytes(1).slice(-3)).toEqual([0, 0, 7]);
    expect(ring.messages(0).slice(-3)).toEqual([1, 0, 0]);
    expect(ring.bytes(0)).toHaveLength(60);
  });

  test('forgets what is older than a minute, and remembers the busiest second', () => {
    const ring = new TrafficRing(T);
    ring.addBytes(1, 100);
    ring.addMessage(1);
    for (let i = 1; i <= 61; i++) ring.advance(T + i * 1000);
    ring.addBytes(1, 3);
    expect(ring.bytes(1).reduce((sum, one) => sum + one)).toBe(3);
    expect(ring.peakBytes).toEqual([0, 100]);
    expect(ring.peakMessages).toEqual([0, 1]);
  });

  test('bears a clock that jumps', () => {
    const ring = new TrafficRing(T);
    ring.addBytes(0, 1);
    ring.advance(T - 5000);
    ring.addBytes(0, 1);
    expect(ring.bytes(0).at(-1)).toBe(2);
    ring.advance(T - 3_600_000);
    expect(ring.bytes(0).every((one) => one === 0)).toBe(true);
    ring.addBytes(0, 4);
    ring.advance(T + 9_000_000_000);
    expect(ring.bytes(0).every((one) => one === 0)).toBe(true);
    ring.advance(-5000);
    ring.addBytes(0, 2 ** 40);
    expect(ring.bytes(0).at(-1)).toBe(2 ** 32 - 1);
  });
});
