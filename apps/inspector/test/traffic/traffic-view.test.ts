import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { NEWEST_FIRST } from '../../src/traffic/arrangement.ts';
import { TrafficView } from '../../src/traffic/traffic-view.ts';
import { orders, row, rowsFrom, StoreRig } from './rows.ts';

let rig: StoreRig;
let view: TrafficView;
beforeEach(() => {
  vi.useFakeTimers({ now: 100_000 });
  rig = new StoreRig();
  view = new TrafficView(rig.store);
});
afterEach(() => {
  view.close();
  vi.useRealTimers();
});

const shown = () => orders(view.view().rows);

describe('a filter', () => {
  test('lets through what matches, the newest first', () => {
    rig.show([row(1, { status: 500 }), row(2), row(3, { status: 503 })]);
    view.filterBy('status:5xx');
    expect(shown()).toEqual([3, 1]);
    expect(view.view().total).toBe(3);
    rig.show([row(4, { status: 500 }), row(2, { status: 500 })]);
    expect(shown()).toEqual([4, 3, 2, 1]);
  });

  test('that is wrong in part works for the rest', () => {
    rig.show([row(1, { status: 500 }), row(2)]);
    view.filterBy('status:5xx nonsense:1');
    expect(view.view().parsed.problems).toHaveLength(1);
    expect(shown()).toEqual([1]);
  });

  test('about time looks again by itself, and forgets nothing meanwhile', () => {
    rig.show([row(1, { startedAt: 99_000 }), row(2, { startedAt: 41_500 })]);
    view.filterBy('since:1m');
    expect(shown()).toEqual([2, 1]);
    vi.advanceTimersByTime(3_000);
    expect(shown()).toEqual([1]);
  });

  test('takes turns: what it has not looked at yet comes with the next frames', () => {
    rig.show(rowsFrom(1, 1_000));
    let now = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => ++now);
    view.filterBy('path:/item');
    const first = view.view();
    expect(first.isSearching).toBe(true);
    expect(first.rows.length).toBeGreaterThan(0);
    expect(first.rows.length).toBeLessThan(1_000);
    for (let i = 0; i < 20 && view.view().isSearching; i++) rig.frame();
    expect(view.view().isSearching).toBe(false);
    expect(view.view().rows).toHaveLength(1_000);
    vi.restoreAllMocks();
  });
});

describe('a filter that looks into headers', () => {
  afterEach(() => vi.unstubAllGlobals());

  test('asks the server, page by page, and again when there is something new', async () => {
    const asked: string[] = [];
    vi.stubGlobal('fetch', async (url: string) => {
      asked.push(url);
      const isFirst = asked.length === 1;
      const exchanges = isFirst ? [row(3)] : [row(1)];
      return Response.json({ exchanges, version: 1, ...(isFirst ? { next: 3 } : {}) });
    });
    rig.show(rowsFrom(1, 3));
    view.filterBy('header:x-a body:"b c"');
    expect(view.view().isSearching).toBe(true);
    expect(shown()).toEqual([]);
    await vi.waitFor(() => expect(shown()).toEqual([3, 1]));
    expect(new URL(asked[0] ?? '', 'http://x').searchParams.get('filter')).toBe(
      'header:x-a body:"b c"',
    );
    expect(asked[1]).toContain('before=3');
    rig.show([row(4)]);
    await vi.advanceTimersByTimeAsync(800);
    expect(asked).toHaveLength(3);
  });
});

describe('pausing', () => {
  test('stands still and counts what comes and matches', () => {
    rig.show(rowsFrom(1, 3));
    view.filterBy('-status:404');
    view.isPaused = true;
    rig.show([row(4), row(5, { status: 404 }), row(3, { status: 500 })]);
    expect(shown()).toEqual([3, 2, 1]);
    expect(view.view().rows[0]?.status).toBe(200);
    expect(view.view()).toMatchObject({ isPaused: true, waiting: 1, total: 3 });
    view.isPaused = false;
    expect(shown()).toEqual([4, 3, 2, 1]);
    expect(view.view()).toMatchObject({ isPaused: false, waiting: 0, total: 5 });
  });

  test('another filter looks at what there was', () => {
    rig.show([row(1), row(2, { status: 500 })]);
    view.isPaused = true;
    rig.show([row(3, { status: 500 })]);
    view.filterBy('is:error');
    expect(shown()).toEqual([2]);
    expect(view.view().waiting).toBe(1);
  });
});

describe('holding', () => {
  test('keeps every exchange in its place, and shows what becomes of it', () => {
    rig.show(rowsFrom(1, 3));
    view.isHeld = true;
    rig.show([row(4), row(2, { status: 500 })], { dropped: [row(1).id] });
    expect(shown()).toEqual([3, 2, 1]);
    expect(view.view().rows[1]?.status).toBe(500);
    expect(view.view()).toMatchObject({ isHeld: true, waiting: 1 });
    view.isHeld = false;
    expect(shown()).toEqual([4, 3, 2]);
    expect(view.view()).toMatchObject({ isHeld: false, waiting: 0 });
  });

  test('keeps those that match no longer', () => {
    view.filterBy('is:pending');
    rig.show([row(1, { state: 'pending' }), row(2, { state: 'pending' })]);
    view.isHeld = true;
    rig.show([row(2)]);
    expect(shown()).toEqual([2, 1]);
    view.isHeld = false;
    expect(shown()).toEqual([1]);
  });

  test('ends with another filter, another order, and clearing', () => {
    rig.show(rowsFrom(1, 3));
    const ends = [
      () => view.filterBy('path:item'),
      () => view.arrange({ ...NEWEST_FIRST, isDescending: false }),
      () => {
        rig.store.hide(2);
        rig.frame();
      },
    ];
    for (const end of ends) {
      view.isHeld = true;
      expect(view.view().isHeld).toBe(true);
      end();
      expect(view.view().isHeld).toBe(false);
    }
    expect(shown()).toEqual([3]);
  });
});

describe('what somebody looks at', () => {
  test('is not pushed out of sight: the list stands still before that', () => {
    rig.show(rowsFrom(1, 3));
    view.keep(row(2).id, 4);
    rig.show(rowsFrom(4, 2));
    expect(shown()).toEqual([5, 4, 3, 2, 1]);
    expect(view.view().isHeld).toBe(false);
    rig.show(rowsFrom(6, 2));
    expect(shown()).toEqual([5, 4, 3, 2, 1]);
    expect(view.view()).toMatchObject({ isHeld: true, waiting: 2 });
    view.isHeld = false;
    expect(shown()).toEqual([7, 6, 5, 4, 3, 2, 1]);
    rig.show(rowsFrom(8, 1));
    expect(view.view().isHeld).toBe(false);
  });

  test('may be taken out by a filter', () => {
    rig.show(rowsFrom(1, 3));
    view.keep(row(2).id, 4);
    view.filterBy('path:/item/3');
    expect(shown()).toEqual([3]);
    expect(view.view().isHeld).toBe(false);
  });
});

describe('arranged', () => {
  test('by a column, with the newer first among equals, and at most twice a second', () => {
    rig.show([row(1, { durationMs: 9 }), row(2, { durationMs: 50 }), row(3, { durationMs: 9 })]);
    view.arrange({ by: 'duration', isDescending: true, isGrouped: false });
    expect(shown()).toEqual([2, 3, 1]);
    rig.show([row(4, { durationMs: 99 })]);
    expect(shown()).toEqual([2, 3, 1]);
    vi.advanceTimersByTime(500);
    expect(shown()).toEqual([4, 2, 3, 1]);
  });

  test('in groups of tunnels, each with its place', () => {
    rig.show([row(1, { tunnel: 'b' }), row(2, { tunnel: 'a' }), row(3, { tunnel: 'b' })]);
    view.arrange({ ...NEWEST_FIRST, isGrouped: true });
    expect(shown()).toEqual([2, 3, 1]);
    expect(view.view().groups).toEqual([
      { name: 'a', start: 0, count: 1 },
      { name: 'b', start: 1, count: 2 },
    ]);
  });

  test('the oldest first', () => {
    rig.show(rowsFrom(1, 3));
    view.arrange({ ...NEWEST_FIRST, isDescending: false });
    rig.show([row(4)]);
    expect(shown()).toEqual([1, 2, 3, 4]);
  });
});
