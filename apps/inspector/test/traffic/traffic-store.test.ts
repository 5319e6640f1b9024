import { beforeEach, describe, expect, test, vi } from 'vitest';
import { orders, row, rowsFrom, StoreRig } from './rows.ts';

let rig: StoreRig;
beforeEach(() => {
  rig = new StoreRig();
});

const shown = () => orders(rig.store.traffic().rows);

describe('once a frame', () => {
  test('listeners are told once of all changes that came before it', () => {
    let told = 0;
    rig.store.subscribe(() => told++);
    for (let i = 1; i <= 50; i++) rig.apply({ rows: [row(i)] });
    expect(told).toBe(0);
    rig.frame();
    expect(told).toBe(1);
    expect(shown()).toHaveLength(50);
    rig.frame();
    expect(told).toBe(1);
  });

  test('a page that gets no frames is told all the same', () => {
    vi.useFakeTimers();
    try {
      rig.apply({ rows: [row(1)] });
      vi.advanceTimersByTime(500);
      expect(shown()).toEqual([1]);
      expect(rig.frames).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('rows', () => {
  test('stand in the order of their beginnings, whatever order they come in', () => {
    rig.show([row(2), row(5)]);
    rig.show([row(1), row(4), row(2, { status: 500 })]);
    expect(shown()).toEqual([1, 2, 4, 5]);
    expect(rig.store.row(row(2).id)?.status).toBe(500);
  });

  test('that are dropped are gone', () => {
    rig.show(rowsFrom(1, 3));
    rig.show([], { dropped: [row(1).id], droppedCount: 7 });
    expect(shown()).toEqual([2, 3]);
    expect(rig.store.traffic().droppedCount).toBe(7);
  });

  test('past the bound the oldest go', () => {
    rig.show(rowsFrom(1, 40_010));
    expect(shown()).toHaveLength(40_000);
    expect(shown()[0]).toBe(11);
    expect(rig.store.row(row(1).id)).toBeUndefined();
  });

  test('of several hosts or tunnels are told apart', () => {
    rig.show([row(1), row(2, { host: '' })]);
    expect(rig.store.traffic()).toMatchObject({ hasHosts: false, hasTunnels: false });
    rig.show([row(3, { host: 'two.test', tunnel: 'two' })]);
    expect(rig.store.traffic()).toMatchObject({ hasHosts: true, hasTunnels: true });
    rig.show([], { dropped: [row(3).id] });
    expect(rig.store.traffic()).toMatchObject({ hasHosts: false, hasTunnels: false });
  });
});

describe('a server that begins anew', () => {
  test('keeps what is shown until it has told all, then drops what it did not tell of', () => {
    rig.show(rowsFrom(1, 4), { version: 10 });
    rig.show([row(3)], { isReset: true, version: 10 });
    expect(shown()).toEqual([1, 2, 3, 4]);
    rig.show([row(5)], { version: 30 });
    expect(shown()).toEqual([3, 5]);
    expect(rig.store.version).toBe(30);
  });

  test('in one part, too', () => {
    rig.show(rowsFrom(1, 2), { version: 10 });
    rig.show([row(9)], { isReset: true, version: 4 });
    expect(shown()).toEqual([9]);
  });

  test('a second time in the midst of the first', () => {
    rig.show(rowsFrom(1, 4), { version: 10 });
    rig.show([row(5)], { isReset: true, version: 10 });
    rig.show([row(6)], { isReset: true, version: 10 });
    rig.show([row(4)], { version: 40 });
    expect(shown()).toEqual([4, 6]);
  });
});

describe('clearing', () => {
  test('hides what there was but the pinned, and brings it back', () => {
    rig.show([row(1), row(2, { isPinned: true }), row(3)]);
    rig.store.hide(rig.store.newestOrder);
    rig.frame();
    expect(shown()).toEqual([2]);
    rig.show([row(4)]);
    expect(shown()).toEqual([2, 4]);
    rig.store.hide(0);
    rig.frame();
    expect(shown()).toEqual([1, 2, 3, 4]);
    expect(rig.store.traffic().clearings).toBe(2);
  });
});
