import { type KeyboardEvent, useId } from 'react';
import type { SocketMessage } from '../../api/types.ts';
import { Button } from '../../ui/button.tsx';
import { counted } from '../words.ts';
import styles from './message-list.module.css';
import { MessageRow } from './message-row.tsx';
import type { Readings } from './readings.ts';
import { useRowHeight } from './use-row-height.ts';
import { indexFrom, type Rows, useRows } from './use-rows.ts';

interface MessageListProps {
  /** The oldest first; not empty. */
  readonly shown: readonly SocketMessage[];
  readonly readings: Readings;
  readonly selected: SocketMessage | undefined;
  readonly onSelect: (message: SocketMessage | undefined) => void;
}

/** Messages one below the other, the newest last. Follows them until somebody scrolls up. */
export function MessageList({ shown, readings, selected, onSelect }: MessageListProps) {
  const id = useId();
  const rowHeight = useRowHeight();
  const rows = useRows(shown, rowHeight);
  const at = selected === undefined ? -1 : indexFrom(shown, selected.number);
  const isThere = shown[at] !== undefined && shown[at]?.number === selected?.number;
  const select = (index: number): void => {
    rows.hold();
    rows.reveal(index);
    onSelect(shown[index]);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Escape' && selected !== undefined) onSelect(undefined);
    else {
      const to = target(event.key, isThere ? at : undefined, shown.length, rows);
      if (to === undefined) return;
      select(Math.min(shown.length - 1, Math.max(0, to)));
      if (event.key === 'End') rows.follow();
    }
    event.preventDefault();
    event.stopPropagation();
  };
  const isDrawn = isThere && at >= rows.first && at < rows.end;
  return (
    <div className={styles.place}>
      <div
        ref={rows.list}
        role="listbox"
        aria-label="Messages"
        tabIndex={0}
        aria-activedescendant={isDrawn ? `${id}-${selected?.number}` : undefined}
        className={styles.list}
        onScroll={rows.onScroll}
        // A turn of the wheel counts at once: rows that come meanwhile must not pull back.
        onWheel={(event) => {
          if (event.deltaY < 0) rows.hold();
        }}
        onKeyDown={onKeyDown}
      >
        <div role="presentation" style={{ height: shown.length * rowHeight }}>
          <div role="presentation" style={{ transform: `translateY(${rows.first * rowHeight}px)` }}>
            {shown.slice(rows.first, rows.end).map((message, i) => (
              <MessageRow
                key={message.number}
                id={`${id}-${message.number}`}
                message={message}
                reading={readings.glance(message)}
                isSelected={message.number === selected?.number}
                place={rows.first + i + 1}
                count={shown.length}
                onSelect={() => select(rows.first + i)}
              />
            ))}
          </div>
        </div>
      </div>
      {rows.behind === 0 ? null : (
        <div className={styles.behind}>
          <Button look="strong" onClick={rows.follow}>
            {counted(rows.behind, 'new message')} ↓
          </Button>
        </div>
      )}
    </div>
  );
}

function target(
  key: string,
  at: number | undefined,
  count: number,
  { perPage }: Rows,
): number | undefined {
  if (key === 'ArrowDown') return at === undefined ? count - 1 : at + 1;
  if (key === 'ArrowUp') return at === undefined ? count - 1 : at - 1;
  if (key === 'PageDown') return (at ?? count) + perPage;
  if (key === 'PageUp') return (at ?? count) - perPage;
  if (key === 'Home') return 0;
  return key === 'End' ? count - 1 : undefined;
}
