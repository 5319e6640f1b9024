import { useVirtualizer } from '@tanstack/react-virtual';
import { type RefObject, useLayoutEffect } from 'react';

/** Lines above and below what is seen: for fast scrolling. */
const OVERSCAN = 6;

/** The lines that are in the page now: those in sight, and a few around them. */
export interface VirtualRows {
  readonly first: number;
  readonly count: number;
  /** Pixels: of all lines together, and above the first one. */
  readonly height: number;
  readonly above: number;
  /** Lines that are seen whole, as long as the list is scrolled to its top. */
  readonly seen: number;
}

/** `room` scrolls; all lines are `rowHeight` pixels high. */
export function useVirtualRows(
  count: number,
  rowHeight: number,
  room: RefObject<HTMLElement | null>,
): VirtualRows {
  const virtualizer = useVirtualizer({
    count,
    estimateSize: () => rowHeight,
    getScrollElement: () => room.current,
    overscan: OVERSCAN,
    useFlushSync: false,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: measured anew when lines are of another height
  useLayoutEffect(() => virtualizer.measure(), [virtualizer, rowHeight]);
  const items = virtualizer.getVirtualItems();
  const first = items[0]?.index ?? 0;
  return {
    first,
    count: items.length,
    height: count * rowHeight,
    above: first * rowHeight,
    // The head stands above the first, and of the last there may be only a part.
    seen: Math.max(1, Math.floor((virtualizer.scrollRect?.height ?? 0) / rowHeight) - 2),
  };
}
