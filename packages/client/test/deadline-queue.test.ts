import { VirtualClock } from '@sellia/session';
import { describe, expect, it } from 'vitest';
import { DeadlineQueue, Wait } from '../src/deadline-queue.ts';

function queueOf(names: string) {
  const clock = new VirtualClock();
  const queue = new DeadlineQueue(clock, 100);
  const fired: string[] = [];
  const waits = new Map(
    [...names].map((name) => [name, new Wait({ onDeadline: () => void fired.push(name) })]),
  );
  const wait = (name: string) => waits.get(name) as Wait;
  return { clock, queue, fired, wait };
}

describe('the queue of deadlines', () => {
  it('fires each at its time, on one timer', () => {
    const { clock, queue, fired, wait } = queueOf('abc');
    queue.start(wait('a'));
    clock.advance(40);
    queue.start(wait('b'));
    queue.start(wait('c'));
    expect(clock.pending).toBe(1);
    clock.advance(59);
    expect(fired).toEqual([]);
    clock.advance(1);
    expect(fired).toEqual(['a']);
    clock.advance(40);
    expect(fired).toEqual(['a', 'b', 'c']);
    expect(clock.pending).toBe(0);
  });

  it('forgets who stopped, from any place, and lets waits start anew', () => {
    const { clock, queue, fired, wait } = queueOf('abcd');
    for (const name of 'abcd') queue.start(wait(name));
    for (const name of 'bda') queue.stop(wait(name));
    queue.stop(wait('a'));
    clock.advance(50);
    queue.start(wait('d'));
    queue.start(wait('c'));
    clock.advance(99);
    expect(fired).toEqual([]);
    clock.advance(1);
    expect(fired).toEqual(['d', 'c']);
    queue.start(wait('a'));
    clock.advance(100);
    expect(fired).toEqual(['d', 'c', 'a']);
  });

  it('ends without a word', () => {
    const { clock, queue, fired, wait } = queueOf('ab');
    queue.start(wait('a'));
    queue.start(wait('b'));
    queue.close();
    expect(clock.pending).toBe(0);
    clock.advance(1_000);
    expect(fired).toEqual([]);
  });
});
