import { oneLine, prettyJson } from '@sellia/inspector/bodies';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { usePrefs } from '../../prefs/prefs.ts';
import { Button } from '../../ui/button.tsx';
import { countText, timeText } from '../../ui/numbers.ts';
import { CodeView } from '../code-view.tsx';
import type { ShownEvent } from '../shape/kept-events.ts';
import styles from './event-list.module.css';

interface EventListProps {
  readonly events: readonly ShownEvent[];
  readonly label: string;
  /** Stays at the end as long as one is there. */
  readonly follows?: boolean;
  /** Without events. */
  readonly empty: ReactNode;
}

/** Height of a row that is not open, in rem. */
const ROW_REM = 1.75;
/** Pixels from the end that still count as the end. */
const END = 24;
/** Characters of JSON that are indented when an event is opened. */
const PRETTY_MAX = 256 * 1024;

/** Events, the oldest first; only those in view are drawn, and each opens. */
export function EventList({ events, label, follows = false, empty }: EventListProps) {
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set());
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: events.length,
    getScrollElement: () => scroller.current,
    estimateSize: rowHeight,
    getItemKey: (index) => events[index]?.number ?? index,
    overscan: 8,
    scrollEndThreshold: END,
    ...(follows ? ({ anchorTo: 'end', followOnAppend: true } as const) : {}),
  });
  const isEmpty = events.length === 0;
  useEffect(() => {
    if (follows && !isEmpty) virtual.scrollToEnd();
  }, [follows, isEmpty, virtual]);
  const toggle = (number: number): void => {
    const next = new Set(open);
    if (!next.delete(number)) next.add(number);
    setOpen(next);
  };
  if (isEmpty) return <p className={styles.empty}>{empty}</p>;
  const isBehind = follows && !virtual.isAtEnd(END);
  return (
    <div className={styles.place}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <section ref={scroller} className={styles.scroller} aria-label={label} tabIndex={0}>
        <ol className={styles.rows} style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index, start, key }) => {
            const event = events[index];
            if (event === undefined) return null;
            return (
              <li
                key={key}
                ref={virtual.measureElement}
                data-index={index}
                aria-setsize={events.length}
                aria-posinset={index + 1}
                className={styles.item}
                style={{ transform: `translateY(${start}px)` }}
              >
                <EventRow
                  event={event}
                  isOpen={open.has(event.number)}
                  onToggle={() => toggle(event.number)}
                />
              </li>
            );
          })}
        </ol>
      </section>
      {isBehind ? (
        <Button className={styles.follow} onClick={() => virtual.scrollToEnd()}>
          To the newest ↓
        </Button>
      ) : null}
    </div>
  );
}

interface EventRowProps {
  readonly event: ShownEvent;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}

function EventRow({ event, isOpen, onToggle }: EventRowProps) {
  const isUtc = usePrefs((prefs) => prefs.isUtc);
  const { number, at, id, type, text } = event;
  return (
    <>
      <button type="button" aria-expanded={isOpen} className={styles.row} onClick={onToggle}>
        <span className={styles.sign} aria-hidden="true">
          {isOpen ? '▾' : '▸'}
        </span>
        {at < 0 ? null : <span className={styles.time}>{timeText(at, isUtc)}</span>}
        <span className={styles.number}>{countText(number)}</span>
        {id === '' ? null : <span className={styles.id}>{oneLine(id)}</span>}
        {type === 'line' ? null : <span className={styles.type}>{oneLine(type)}</span>}
        <span className={styles.text}>{oneLine(text) || '(empty)'}</span>
      </button>
      {isOpen ? <OpenEvent event={event} /> : null}
    </>
  );
}

function OpenEvent({ event: { text, isCut } }: { readonly event: ShownEvent }) {
  const pretty = text.length > PRETTY_MAX ? undefined : prettyJson(text);
  const isJson = pretty !== undefined && pretty.error === undefined;
  return (
    <div className={styles.open}>
      {isCut ? <p>Only its beginning was kept.</p> : null}
      <CodeView
        text={isJson ? pretty.text : text}
        language={isJson ? 'json' : 'text'}
        label="Content of the event"
      />
    </div>
  );
}

function rowHeight(): number {
  return ROW_REM * Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
}
