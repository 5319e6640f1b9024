import { type RefObject, useLayoutEffect, useRef } from 'react';
import type { View } from '../traffic/traffic-view.ts';
import { trafficView } from '../traffic/use-traffic.ts';
import { itemCount } from './list-items.ts';

/** How the list is scrolled; all of it in pixels. */
export interface Scrolling {
  readonly onScroll: () => void;
  /** Goes as far as is needed to see the line of that number. */
  readonly see: (item: number) => void;
  readonly seeNewest: () => void;
  /** Lines that are in sight at the same time. */
  readonly pageSize: () => number;
  /** The newest are at the bottom: it is sorted so. */
  readonly isFromEnd: boolean;
}

/** Pixels from an end that still are the end: zoom makes fractions. */
const NEAR = 2;

/**
 * Follows the newest end while that is in sight; else holds the view, so that nothing that is looked
 * at moves.
 */
export function useScrolling(
  grid: RefObject<HTMLElement | null>,
  view: View,
  rowHeight: number,
): Scrolling {
  const { by, isDescending, isGrouped } = view.arrangement;
  const isFromEnd = by === 'time' && !isDescending && !isGrouped;
  const isFollowing = useRef(true);
  const headHeight = (): number =>
    grid.current?.querySelector<HTMLElement>('[role=rowgroup]')?.offsetHeight ?? 0;
  const roomHeight = (): number => (grid.current?.clientHeight ?? 0) - headHeight();
  const onScroll = (): void => {
    const room = grid.current;
    if (room === null) return;
    const left = room.scrollHeight - room.clientHeight - room.scrollTop;
    isFollowing.current = (isFromEnd ? left : room.scrollTop) <= NEAR;
    trafficView.isHeld = !isFollowing.current;
  };
  const seeNewest = (): void => {
    trafficView.isHeld = false;
    isFollowing.current = true;
    grid.current?.scrollTo({ top: isFromEnd ? grid.current.scrollHeight : 0 });
  };
  const see = (item: number): void => {
    const room = grid.current;
    if (room === null) return;
    const top = item * rowHeight;
    if (top < room.scrollTop) room.scrollTop = top;
    else if (top + rowHeight > room.scrollTop + roomHeight()) {
      room.scrollTop = top + rowHeight - roomHeight();
    }
  };
  const count = itemCount(view);
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever there are more or fewer
  useLayoutEffect(() => {
    const room = grid.current;
    if (isFromEnd && isFollowing.current && room !== null) room.scrollTop = room.scrollHeight;
  }, [grid, isFromEnd, count]);
  // Another order begins at its newest end.
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever it is another
  useLayoutEffect(() => {
    isFollowing.current = true;
    grid.current?.scrollTo({ top: isFromEnd ? grid.current.scrollHeight : 0 });
  }, [grid, view.arrangement, view.parsed]);
  const pageSize = (): number => Math.max(1, Math.floor(roomHeight() / rowHeight) - 1);
  return { onScroll, see, seeNewest, pageSize, isFromEnd };
}
