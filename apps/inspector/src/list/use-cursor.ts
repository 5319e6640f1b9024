import { type RefObject, useEffect, useRef, useState } from 'react';
import { useCommands } from '../commands/commands.ts';
import { exchangePath, type TabName, useFilterText, useGo } from '../prefs/address.ts';
import { trafficView } from '../traffic/use-traffic.ts';
import { itemOf } from './list-items.ts';
import type { Scrolling } from './use-scrolling.ts';

/** Where the keyboard is in the list. */
export interface Cursor {
  /** Id of the exchange; undefined before it was anywhere. */
  readonly active: string | undefined;
  readonly setActive: (id: string | undefined) => void;
}

interface CursorParts {
  readonly grid: RefObject<HTMLElement | null>;
  readonly scrolling: Scrolling;
  readonly selected: string | undefined;
  readonly tab: string | undefined;
}

/** Offers the commands of the list. While an exchange is open, going on opens the next one. */
export function useCursor({ grid, scrolling, selected, tab }: CursorParts): Cursor {
  const [place, setActive] = useState<string>();
  const active = selected ?? place;
  const go = useGo();
  const [filter, setFilter] = useFilterText();
  const isFresh = useRef(true);

  const rows = () => trafficView.view().rows;
  const indexOf = (id: string | undefined): number => rows().findIndex((row) => row.id === id);
  const focus = (): void => grid.current?.focus({ preventScroll: true });

  const goTo = (index: number): boolean => {
    const view = trafficView.view();
    const row = view.rows[Math.min(view.rows.length - 1, Math.max(0, index))];
    if (row === undefined) return false;
    setActive(row.id);
    scrolling.see(itemOf(view, view.rows.indexOf(row)));
    if (selected !== undefined && row.id !== selected) {
      const isAlike = view.rows.find(({ id }) => id === selected)?.kind === row.kind;
      go(exchangePath(row.id, isAlike ? (tab as TabName) : undefined), { replace: true });
    }
    focus();
    return true;
  };
  const move = (by: number): boolean => {
    const at = indexOf(active);
    return goTo(at < 0 ? firstIndex() : at + by);
  };
  const firstIndex = (): number => (scrolling.isFromEnd ? rows().length - 1 : 0);
  const goNewest = (): boolean => {
    scrolling.seeNewest();
    return goTo(firstIndex());
  };
  const open = (): boolean => {
    if (active === undefined || active === selected || indexOf(active) < 0) return false;
    go(exchangePath(active));
    return true;
  };
  const close = (): boolean => {
    if (selected !== undefined) {
      setActive(selected);
      go('/');
      focus();
    } else if (filter !== '') setFilter('');
    else if (place !== undefined) setActive(undefined);
    else return false;
    return true;
  };
  useCommands({
    next: () => move(1),
    previous: () => move(-1),
    'page-down': () => move(scrolling.pageSize()),
    'page-up': () => move(-scrolling.pageSize()),
    newest: goNewest,
    oldest: () => goTo(scrolling.isFromEnd ? 0 : rows().length - 1),
    open,
    close,
  });

  // Whoever follows a link to an exchange finds it in the list, too: once, when it is there.
  useEffect(() => {
    const index = isFresh.current ? indexOf(selected) : -1;
    if (index >= 0) scrolling.see(itemOf(trafficView.view(), index));
    if (index >= 0 || selected === undefined) isFresh.current = false;
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: when it is another, and only then
  useEffect(() => {
    if (selected !== undefined) setActive(selected);
    // The panel took the focus with it.
    else if (document.activeElement === document.body && place !== undefined) focus();
  }, [selected]);

  return { active, setActive };
}
