import { type ReactNode, useId } from 'react';
import type { TunnelStatus } from '../api/types.ts';
import { bytesText, countText, durationText } from '../ui/numbers.ts';
import { Sparkline } from '../ui/sparkline.tsx';
import styles from './figures.module.css';

/** What went through a tunnel in the last minute, and in the last quarter of an hour. */
export function Figures({ tunnel }: { readonly tunnel: TunnelStatus }) {
  const { minute, quarter, seconds, running, upgraded } = tunnel;
  const period = useId();
  return (
    <>
      <p className={styles.period} id={period}>
        The last minute; in small, up to 15 minutes
      </p>
      <dl className={styles.figures} aria-labelledby={period}>
        <Figure
          name="Requests"
          value={`${rateText(minute.perSecond)}/s`}
          note={`${countText(quarter.requests)} in ${coveredText(quarter.overMs)}`}
          curve={
            <Sparkline
              values={seconds.requests}
              label={`Requests in each of the last 60 seconds, at most ${Math.max(0, ...seconds.requests)}`}
            />
          }
        />
        <Figure
          name="Errors"
          value={countText(minute.errors)}
          isBad={minute.errors > 0}
          note={`${countText(quarter.errors)} in ${coveredText(quarter.overMs)}${refusedText(quarter.refused)}`}
        />
        <Figure
          name="Time p50 · p90 · p99"
          value={`${durationText(minute.p50Ms)} · ${durationText(minute.p90Ms)} · ${durationText(minute.p99Ms)}`}
          note={`${durationText(quarter.p50Ms)} · ${durationText(quarter.p90Ms)} · ${durationText(quarter.p99Ms)} in ${coveredText(quarter.overMs)}`}
        />
        <Figure
          name="Open now"
          value={countText(running)}
          note={`${countText(upgraded)} upgraded, WebSockets and the like`}
        />
        <Figure
          name="To the local server"
          value={bytesText(minute.requestBytes)}
          note={`${bytesText(quarter.requestBytes)} in ${coveredText(quarter.overMs)}`}
          curve={<Bytes values={seconds.requestBytes} />}
        />
        <Figure
          name="To visitors"
          value={bytesText(minute.responseBytes)}
          note={`${bytesText(quarter.responseBytes)} in ${coveredText(quarter.overMs)}`}
          curve={<Bytes values={seconds.responseBytes} />}
        />
      </dl>
    </>
  );
}

interface FigureProps {
  readonly name: string;
  readonly value: string;
  readonly note: string;
  readonly isBad?: boolean;
  readonly curve?: ReactNode;
}

function Figure({ name, value, note, isBad = false, curve }: FigureProps) {
  return (
    <div className={styles.figure}>
      <dt className={styles.name}>{name}</dt>
      <dd className={isBad ? styles.bad : styles.value}>
        {value}
        {curve}
      </dd>
      <dd className={styles.note}>{note}</dd>
    </div>
  );
}

function Bytes({ values }: { readonly values: readonly number[] }) {
  const most = bytesText(Math.max(0, ...values));
  return <Sparkline values={values} label={`Each of the last 60 seconds, at most ${most}`} />;
}

function rateText(perSecond: number): string {
  if (perSecond > 0 && perSecond < 0.05) return '< 0.1';
  return perSecond === 0 || perSecond >= 9.95 ? perSecond.toFixed(0) : perSecond.toFixed(1);
}

/** `15 min`, or less while the tunnel is young. */
function coveredText(ms: number): string {
  return ms < 60_000 ? `${Math.max(1, Math.round(ms / 1000))} s` : `${Math.round(ms / 60_000)} min`;
}

function refusedText(count: number): string {
  return count === 0 ? '' : `, ${countText(count)} refused by the relay`;
}
