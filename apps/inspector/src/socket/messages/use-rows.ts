import { type RefObject, useLayoutEffect, useRef, useState } from 'react';
import type { SocketMessage } from '../../api/types.ts';

/** Rows above and below what is seen, for a scroll that is faster than drawing. */
const OVERSCAN = 8;

/** Where a list stands that does not follow its end: at a message, whatever goes or comes around it. */
interface Anchor {
  readonly number: number;
  /** Pixels of that row above the edge. */
  readonly offset: number;
  /** Number of the newest message then. */
  readonly newest: number;
}

/** The part of a list that is drawn. */
export interface Rows {
  readonly list: RefObject<HTMLDivElement | null>;
  readonly first: number;
  /** Behind the last. */
  readonly end: number;
  /** Rows that are seen whole. */
  readonly perPage: number;
  readonly isFollowing: boolean;
  /** Messages behind those that were there when following ended. */
  readonly behind: number;
  readonly onScroll: () => void;
  /** Goes to the end and stays there. */
  readonly follow: () => void;
  /** Stays where it is. */
  readonly hold: () => void;
  /** Brings a row into sight. */
  readonly reveal: (index: number) => void;
}

/**
 * A list of rows of one height that follows its end, and stands still at what is read once somebody
 * has scrolled up: new rows, dropped ones and another filter move nothing under the eye.
 */
export function useRows(shown: readonly SocketMessage[], rowHeight: number): Rows {
  const list = useRef<HTMLDivElement>(null);
  const [height, setHeight] = useState(0);
  const [anchor, setAnchor] = useState<Anchor>();
  const total = shown.length * rowHeight;
  const end = Math.max(0, total - height);
  const top = anchor === undefined ? end : Math.min(end, topOf(shown, anchor, rowHeight));

  useLayoutEffect(() => {
    const element = list.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setHeight(element.clientHeight));
    observer.observe(element);
    setHeight(element.clientHeight);
    return () => observer.disconnect();
  }, []);
  useLayoutEffect(() => {
    const element = list.current;
    if (element !== null && Math.abs(element.scrollTop - top) >= 1) element.scrollTop = top;
  });

  const stand = (at: number): void => {
    if (at >= end - rowHeight / 2) {
      setAnchor(undefined);
      return;
    }
    const message = shown[Math.floor(at / rowHeight)];
    if (message === undefined) return;
    const newest = anchor?.newest ?? shown.at(-1)?.number ?? 0;
    setAnchor({ number: message.number, offset: at % rowHeight, newest });
  };
  const perPage = Math.max(1, Math.floor(height / rowHeight));
  return {
    list,
    first: Math.max(0, Math.floor(top / rowHeight) - OVERSCAN),
    end: Math.min(shown.length, Math.ceil((top + height) / rowHeight) + OVERSCAN),
    perPage,
    isFollowing: anchor === undefined,
    behind: anchor === undefined || top >= end ? 0 : countBehind(shown, anchor.newest),
    onScroll: () => stand(list.current?.scrollTop ?? 0),
    follow: () => setAnchor(undefined),
    hold: () => setAnchor((held) => held ?? anchorAt(shown, top, rowHeight)),
    reveal: (index) => {
      const at = index * rowHeight;
      if (at < top) stand(at);
      else if (at + rowHeight > top + height) stand(at + rowHeight - height);
    },
  };
}

function anchorAt(
  shown: readonly SocketMessage[],
  top: number,
  rowHeight: number,
): Anchor | undefined {
  const message = shown[Math.floor(top / rowHeight)];
  const newest = shown.at(-1)?.number ?? 0;
  return message && { number: message.number, offset: top % rowHeight, newest };
}

/** Where the row of the anchor is now; of the next one, when it is gone. */
function topOf(shown: readonly SocketMessage[], { number, offset }: Anchor, rowHeight: number) {
  const index = indexFrom(shown, number);
  const isThere = shown[index]?.number === number;
  return index * rowHeight + (isThere ? offset : 0);
}

function countBehind(shown: readonly SocketMessage[], newest: number): number {
  return shown.length - indexFrom(shown, newest + 1);
}

/** Of the first message with that number or a higher one. Numbers rise. */
export function indexFrom(shown: readonly SocketMessage[], number: number): number {
  let [low, high] = [0, shown.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((shown[middle] as SocketMessage).number < number) low = middle + 1;
    else high = middle;
  }
  return low;
}
