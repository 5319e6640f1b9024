import type { ReactNode } from 'react';
import type { ExchangeRow } from '../api/types.ts';
import { usePrefs } from '../prefs/prefs.ts';
import { elapsedOf, type SortName, sizeOf } from '../traffic/arrangement.ts';
import { agoText, bytesText, dateTimeText, durationText } from '../ui/numbers.ts';
import styles from './cells.module.css';
import { useClock } from './clock.tsx';
import { PathCell } from './path-cell.tsx';
import { stateOf } from './row-state.ts';
import { lineText, titleText, typeText } from './shown-text.ts';
import { StatusMark } from './status-mark.tsx';

interface CellProps {
  readonly row: ExchangeRow;
}

function StatusCell({ row }: CellProps) {
  const { mark, tone, text, title } = stateOf(row);
  return (
    <span className={[styles.status, styles[tone]].join(' ')} title={titleText(title)}>
      <StatusMark name={mark} />
      {text}
    </span>
  );
}

function MethodCell({ row }: CellProps) {
  if (row.kind === 'websocket') {
    return (
      <span className={styles.socket} title="WebSocket">
        WS
      </span>
    );
  }
  return <span className={styles.method}>{lineText(row.method)}</span>;
}

function TunnelCell({ row }: CellProps) {
  return <span className={styles.tunnel}>{lineText(row.tunnel)}</span>;
}

function HostCell({ row }: CellProps) {
  return <span className={styles.quiet}>{lineText(row.host)}</span>;
}

function TypeCell({ row }: CellProps) {
  const { responseType } = row;
  return (
    <span className={styles.quiet} title={titleText(responseType)}>
      {typeText(responseType)}
    </span>
  );
}

function SizeCell({ row }: CellProps) {
  if (row.status === 0 && sizeOf(row) === 0) return null;
  return <span title={sizeTitle(row)}>{bytesText(sizeOf(row))}</span>;
}

function sizeTitle({ kind, requestBytes, responseBytes }: ExchangeRow): string {
  const [up, down] = [bytesText(requestBytes), bytesText(responseBytes)];
  return kind === 'http' ? `${down}; the request ${up}` : `${up} up, ${down} down`;
}

/** Milliseconds at which the bar is full; its length goes by powers of ten. */
const FULL_MS = 10_000;
const SLOW_MS = 1_000;

function DurationCell({ row }: CellProps) {
  return row.durationMs < 0 ? <RunningCell row={row} /> : <Duration ms={row.durationMs} />;
}

/** It goes on; whole seconds, which is how often it is looked at. */
function RunningCell({ row }: CellProps) {
  const now = useClock();
  const seconds = Math.floor(elapsedOf(row, now) / 1000);
  if (seconds < 1) return <span className={styles.quiet}>…</span>;
  return (
    <span className={styles.running} title="So far">
      {seconds < 60 ? `${seconds} s` : durationText(seconds * 1000)}
    </span>
  );
}

function Duration({ ms }: { readonly ms: number }) {
  const share = Math.min(1, Math.log10(1 + ms) / Math.log10(1 + FULL_MS));
  return (
    <span className={styles.duration}>
      {durationText(ms)}
      <span className={styles.track} aria-hidden="true">
        <span
          className={ms >= SLOW_MS ? styles.slowBar : styles.bar}
          style={{ width: `${Math.round(100 * share)}%` }}
        />
      </span>
    </span>
  );
}

function TimeCell({ row }: CellProps) {
  const now = useClock();
  const isUtc = usePrefs((prefs) => prefs.isUtc);
  return (
    <time className={styles.quiet} title={dateTimeText(row.startedAt, isUtc)}>
      {agoText(row.startedAt, now)}
    </time>
  );
}

/** What stands in each column. */
export const CELLS: Readonly<Record<SortName, (props: CellProps) => ReactNode>> = {
  status: StatusCell,
  method: MethodCell,
  tunnel: TunnelCell,
  host: HostCell,
  path: PathCell,
  type: TypeCell,
  size: SizeCell,
  duration: DurationCell,
  time: TimeCell,
};
