import { type MouseEvent, useEffect, useLayoutEffect, useMemo, useRef } from 'react';
import { exchangePath, type TabName, useGo } from '../prefs/address.ts';
import { usePrefs } from '../prefs/prefs.ts';
import { trafficView, useTrafficOf, useView } from '../traffic/use-traffic.ts';
import { ClockProvider } from './clock.tsx';
import { ColumnHead } from './column-head.tsx';
import { type Column, leastWidth, shownColumns, templateOf } from './columns.ts';
import styles from './exchange-list.module.css';
import { itemCount } from './list-items.ts';
import { ListLines } from './list-lines.tsx';
import { NewRows } from './new-rows.tsx';
import { NothingListed } from './nothing-listed.tsx';
import { lineId } from './row-line.tsx';
import { useCursor } from './use-cursor.ts';
import { useMeasures } from './use-measures.ts';
import { useScrolling } from './use-scrolling.ts';
import { useVirtualRows } from './virtual-rows.ts';

interface ExchangeListProps {
  readonly selected: string | undefined;
  readonly tab: string | undefined;
}

/** All exchanges that the filter lets through, the newest first. */
export function ExchangeList({ selected, tab }: ExchangeListProps) {
  const view = useView();
  const grid = useRef<HTMLDivElement>(null);
  const probe = useRef<HTMLDivElement>(null);
  const go = useGo();
  const { rowHeight, room } = useMeasures(probe);
  const widths = usePrefs((prefs) => prefs.columnWidths);
  const columns = useColumns(room);
  const count = itemCount(view);
  const virtual = useVirtualRows(count, rowHeight, grid);
  const scrolling = useScrolling(grid, view, rowHeight);
  const cursor = useCursor({ grid, scrolling, selected, tab });
  useKept(cursor.active, virtual.seen, scrolling.isFromEnd);
  const rows = view.rows.slice(virtual.first, virtual.first + virtual.count);
  const isActiveThere = rows.some(({ id }) => id === cursor.active);
  const seeNewest = (): void => {
    scrolling.seeNewest();
    grid.current?.focus({ preventScroll: true });
  };
  const onClick = (event: MouseEvent<HTMLElement>): void => {
    const id = idAt(event.target);
    if (id === undefined) return;
    if (event.ctrlKey || event.metaKey) {
      open(`${exchangePath(id)}${location.search}`, '_blank', 'noreferrer');
      return;
    }
    cursor.setActive(id);
    go(exchangePath(id, id === selected ? (tab as TabName) : undefined));
  };
  return (
    <div className={styles.room}>
      <NewRows onNewest={seeNewest} />
      {/* biome-ignore lint/a11y/useSemanticElements: rows are virtual */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: Enter, a command */}
      <div
        ref={grid}
        role="grid"
        aria-label="Exchanges"
        aria-rowcount={count + 1}
        aria-colcount={columns.length}
        aria-activedescendant={
          isActiveThere && cursor.active !== undefined ? lineId(cursor.active) : undefined
        }
        tabIndex={0}
        className={styles.grid}
        style={{
          ['--columns' as string]: templateOf(columns, widths),
          ['--least' as string]: `${leastWidth(columns, widths) / 16}rem`,
        }}
        onClick={onClick}
        onScroll={scrolling.onScroll}
      >
        {/* biome-ignore lint/a11y/useSemanticElements: rows are virtual */}
        <div role="rowgroup" className={styles.headGroup}>
          <ColumnHead columns={columns} arrangement={view.arrangement} />
        </div>
        <div ref={probe} className={styles.probe} />
        <ClockProvider>
          <ListLines
            view={view}
            virtual={virtual}
            columns={columns}
            selected={selected}
            active={cursor.active}
          />
        </ClockProvider>
      </div>
      {count === 0 ? <NothingListed /> : null}
    </div>
  );
}

/** The same object until there are others. */
function useColumns(room: number): readonly Column[] {
  const hidden = usePrefs((prefs) => prefs.hiddenColumns);
  const widths = usePrefs((prefs) => prefs.columnWidths);
  const hasHosts = useTrafficOf((traffic) => traffic.hasHosts);
  const hasTunnels = useTrafficOf((traffic) => traffic.hasTunnels);
  return useMemo(
    () => shownColumns({ hidden, widths, room, hasHosts, hasTunnels }),
    [hidden, widths, room, hasHosts, hasTunnels],
  );
}

/** What somebody looks at stays in sight: rather the list stands still. */
function useKept(id: string | undefined, seen: number, isFromEnd: boolean): void {
  useLayoutEffect(() => trafficView.keep(isFromEnd ? undefined : id, seen), [id, seen, isFromEnd]);
  useEffect(() => () => trafficView.keep(undefined, 0), []);
}

function idAt(target: EventTarget): string | undefined {
  const line = target instanceof Element ? target.closest<HTMLElement>('[data-id]') : null;
  return line?.dataset.id;
}
