import { type KeyboardEvent, type PointerEvent, useRef, useState } from 'react';
import { setPrefs, usePrefs } from '../prefs/prefs.ts';
import type { Arrangement } from '../traffic/arrangement.ts';
import { trafficView } from '../traffic/use-traffic.ts';
import { Icon } from '../ui/icon.tsx';
import { type Column, WIDTH_MAX, WIDTH_MIN, WIDTH_STEP, widthOf } from './columns.ts';
import styles from './exchange-list.module.css';

interface ColumnHeadProps {
  readonly columns: readonly Column[];
  readonly arrangement: Arrangement;
}

/** The names of the columns: sort by a click, left and right go on, with Shift they set the width. */
export function ColumnHead({ columns, arrangement }: ColumnHeadProps) {
  const [stop, setStop] = useState('status');
  const current = columns.some(({ name }) => name === stop) ? stop : columns[0]?.name;
  const row = useRef<HTMLDivElement>(null);
  const path = columns.findIndex(({ name }) => name === 'path');
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const at = columns.findIndex(({ name }) => name === current);
    const here = columns[at];
    if (step === undefined || here === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.shiftKey) widen(here, step * WIDTH_STEP);
    else row.current?.querySelectorAll('button')[at + step]?.focus();
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: rows are virtual
    <div
      ref={row}
      role="row"
      aria-rowindex={1}
      tabIndex={-1}
      className={styles.headRow}
      onKeyDown={onKeyDown}
    >
      {columns.map((column, i) => (
        <Head
          key={column.name}
          column={column}
          isBehindPath={i > path}
          arrangement={arrangement}
          isStop={column.name === current}
          onFocus={() => setStop(column.name)}
        />
      ))}
    </div>
  );
}

interface HeadProps {
  readonly column: Column;
  readonly arrangement: Arrangement;
  /** It grows towards the path, which gives the room. */
  readonly isBehindPath: boolean;
  readonly isStop: boolean;
  readonly onFocus: () => void;
}

function Head({ column, arrangement, isBehindPath, isStop, onFocus }: HeadProps) {
  const { name, label, isEnd } = column;
  const isSorted = arrangement.by === name;
  const order = arrangement.isDescending ? 'descending' : 'ascending';
  return (
    // biome-ignore lint/a11y/useSemanticElements: rows are virtual
    // biome-ignore lint/a11y/useFocusableInteractive: its button has the focus
    <div
      role="columnheader"
      aria-sort={isSorted ? order : undefined}
      className={isEnd ? styles.headEnd : styles.head}
    >
      <button
        type="button"
        tabIndex={isStop ? 0 : -1}
        className={styles.sort}
        title={`Sort by ${label.toLowerCase()}. Shift with an arrow sets the width.`}
        onFocus={onFocus}
        onClick={() => sortBy(column, arrangement)}
      >
        <span className={styles.headText}>{label}</span>
        {isSorted ? <Icon name={arrangement.isDescending ? 'down' : 'up'} /> : null}
      </button>
      {name === 'path' ? null : <Handle column={column} isBefore={isBehindPath} />}
    </div>
  );
}

/** The other way round, when it is sorted by that one already. */
export function sortBy({ name, isDescending }: Column, arrangement: Arrangement): void {
  const isSame = arrangement.by === name;
  trafficView.arrange({
    ...arrangement,
    by: name,
    isDescending: isSame ? !arrangement.isDescending : isDescending,
  });
}

interface HandleProps {
  readonly column: Column;
  /** At the column's beginning. */
  readonly isBefore: boolean;
}

/** Dragged; without dragging a click makes it wider, Shift and a click narrower. */
function Handle({ column, isBefore }: HandleProps) {
  const sign = isBefore ? -1 : 1;
  const from = useRef<{ readonly x: number; isMoved: boolean }>(undefined);
  const onPointerDown = (event: PointerEvent<HTMLElement>): void => {
    event.currentTarget.setPointerCapture(event.pointerId);
    from.current = { x: event.clientX, isMoved: false };
  };
  const onPointerMove = (event: PointerEvent): void => {
    const start = from.current;
    if (start === undefined || (!start.isMoved && Math.abs(event.clientX - start.x) < 3)) return;
    widen(column, sign * (event.clientX - start.x));
    from.current = { x: event.clientX, isMoved: true };
  };
  const onPointerUp = (event: PointerEvent): void => {
    if (from.current?.isMoved === false) widen(column, event.shiftKey ? -WIDTH_STEP : WIDTH_STEP);
    from.current = undefined;
  };
  return (
    <span
      aria-hidden="true"
      className={isBefore ? styles.handleBefore : styles.handle}
      title="Drag to set the width; a click makes it wider, Shift and a click narrower"
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerUp}
      onPointerCancel={() => {
        from.current = undefined;
      }}
    />
  );
}

function widen(column: Column, pixels: number): void {
  const { columnWidths } = usePrefs.getState();
  const width = Math.round(widthOf(column, columnWidths) + pixels);
  const bounded = Math.min(WIDTH_MAX, Math.max(WIDTH_MIN, width));
  setPrefs({ columnWidths: { ...columnWidths, [column.name]: bounded } });
}
