import type { HarExchange } from '@sellia/inspector/browser';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useEffect, useRef } from 'react';
import { TagWords } from '../tags/tag-words.tsx';
import { bytesText, durationText } from '../ui/numbers.ts';
import { visibleLine } from '../ui/visible-line.ts';
import styles from './imported-list.module.css';

interface ImportedListProps {
  readonly exchanges: readonly HarExchange[];
  readonly chosen: HarExchange | undefined;
  readonly onChoose: (exchange: HarExchange) => void;
}

/** Pixels; the style sheet has the same height. */
const ROW = 32;

/** The exchanges of a file in its own order: one tab stop, arrows go from one to the next. */
export function ImportedList({ exchanges, chosen, onChoose }: ImportedListProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const at = chosen === undefined ? 0 : exchanges.indexOf(chosen);
  const virtualizer = useVirtualizer({
    count: exchanges.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 12,
  });
  useEffect(() => {
    if (chosen !== undefined) virtualizer.scrollToIndex(at);
  }, [chosen, at, virtualizer]);
  const onKeyDown = (event: KeyboardEvent): void => {
    const to = exchanges[nextAt(event.key, chosen === undefined ? -1 : at, exchanges.length)];
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    onChoose(to);
  };
  return (
    <div
      ref={scroller}
      role="listbox"
      aria-label="Exchanges of the file"
      aria-activedescendant={chosen?.detail.row.id}
      tabIndex={0}
      className={styles.list}
      onKeyDown={onKeyDown}
    >
      <div className={styles.room} style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map(({ index, start }) => {
          const exchange = exchanges[index] as HarExchange;
          return (
            <Line
              key={exchange.detail.row.id}
              exchange={exchange}
              place={{ index, start, count: exchanges.length }}
              isChosen={exchange === chosen}
              onChoose={() => onChoose(exchange)}
            />
          );
        })}
      </div>
    </div>
  );
}

interface LineProps {
  readonly exchange: HarExchange;
  readonly place: { readonly index: number; readonly start: number; readonly count: number };
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}

function Line({ exchange, place, isChosen, onChoose }: LineProps) {
  const { id, method, host, target, status, state, tags, responseBytes, durationMs } =
    exchange.detail.row;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list has the keys
    // biome-ignore lint/a11y/useFocusableInteractive: the list has the focus
    <div
      id={id}
      role="option"
      aria-selected={isChosen}
      aria-posinset={place.index + 1}
      aria-setsize={place.count}
      className={styles.line}
      style={{ transform: `translateY(${place.start}px)` }}
      onClick={onChoose}
    >
      <span className={styles.status}>{status === 0 ? state : status}</span>
      <span className={styles.method}>{visibleLine(method)}</span>
      <span className={styles.target}>
        <span className={styles.host}>{visibleLine(host)}</span>
        {visibleLine(target)}
      </span>
      <TagWords tags={tags} />
      <span className={styles.figure}>{bytesText(responseBytes)}</span>
      <span className={styles.figure}>{durationText(durationMs)}</span>
    </div>
  );
}

function nextAt(key: string, at: number, count: number): number {
  if (key === 'ArrowDown') return Math.min(count - 1, at + 1);
  if (key === 'ArrowUp') return Math.max(0, at - 1);
  if (key === 'PageDown') return Math.min(count - 1, at + 10);
  if (key === 'PageUp') return Math.max(0, at - 10);
  if (key === 'Home') return 0;
  return key === 'End' ? count - 1 : -1;
}
