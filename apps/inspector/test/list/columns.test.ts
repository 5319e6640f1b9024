import { describe, expect, test } from 'vitest';
import { leastWidth, shownColumns, templateOf, widthOf } from '../../src/list/columns.ts';
import { itemAt, itemCount, itemOf } from '../../src/list/list-items.ts';
import { rowsFrom } from '../traffic/rows.ts';

const ALL = { hidden: [], widths: {}, room: 2_000, hasHosts: true, hasTunnels: true };
const names = (shown: Partial<typeof ALL>) =>
  shownColumns({ ...ALL, ...shown }).map(({ name }) => name);

describe('columns', () => {
  test('of hosts and tunnels are there when there are several', () => {
    expect(names({})).toContain('host');
    expect(names({ hasHosts: false, hasTunnels: false })).not.toContain('host');
    expect(names({ hasHosts: false, hasTunnels: false })).not.toContain('tunnel');
  });

  test('can be hidden, but not the path', () => {
    const hidden = ['path', 'size'] as never[];
    expect(names({ hidden })).toContain('path');
    expect(names({ hidden })).not.toContain('size');
  });

  test('give way until the rest has room', () => {
    const columns = shownColumns({ ...ALL, room: 640 });
    expect(leastWidth(columns, {})).toBeLessThanOrEqual(640);
    expect(columns.map(({ name }) => name)).toContain('duration');
  });

  test('have widths within bounds, whatever is kept in the browser', () => {
    const [status] = shownColumns(ALL);
    if (status === undefined) throw new Error('none');
    expect(widthOf(status, { status: 1e9 })).toBe(600);
    expect(widthOf(status, { status: -5 })).toBe(40);
    expect(widthOf(status, { status: 'x' as never })).toBe(status.width);
    expect(templateOf([status], { status: 160 })).toBe('10rem');
  });
});

describe('lines', () => {
  const rows = rowsFrom(1, 3);
  const groups = [
    { name: 'a', start: 0, count: 1 },
    { name: 'b', start: 1, count: 2 },
  ];

  test('are the rows, while nothing is grouped', () => {
    const listed = { rows, groups: [] };
    expect(itemCount(listed)).toBe(3);
    expect(itemAt(listed, 1)).toEqual({ kind: 'row', row: rows[1] });
    expect(itemAt(listed, 3)).toBeUndefined();
    expect(itemOf(listed, 2)).toBe(2);
  });

  test('have a name before each group', () => {
    const listed = { rows, groups };
    const all = Array.from({ length: itemCount(listed) }, (_, at) => itemAt(listed, at));
    const shown = all.map((item) => (item?.kind === 'row' ? item.row.order : item?.group.name));
    expect(shown).toEqual(['a', 1, 'b', 2, 3]);
    for (const [index, row] of rows.entries()) {
      expect(itemAt(listed, itemOf(listed, index))).toEqual({ kind: 'row', row });
    }
  });
});
