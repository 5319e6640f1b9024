import type { TunnelStatus } from '../api/types.ts';
import { usePrefs } from '../prefs/prefs.ts';
import { countText, dateTimeText, durationText } from '../ui/numbers.ts';
import { visibleLine } from '../ui/visible-line.ts';
import styles from './outages.module.css';

type Outage = TunnelStatus['outages'][number];

/** When the connection was lost, why, and for how long; the newest first. */
export function Outages({ tunnel: { outages, outageCount } }: { readonly tunnel: TunnelStatus }) {
  const isUtc = usePrefs((prefs) => prefs.isUtc);
  if (outageCount === 0) return <p className={styles.note}>It was never lost.</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    // biome-ignore lint/a11y/useSemanticElements: no fields
    <div className={styles.scroll} role="group" tabIndex={0} aria-label="Lost connections">
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">When</th>
            <th scope="col">Away for</th>
            <th scope="col">Attempts</th>
            <th scope="col">Cause</th>
          </tr>
        </thead>
        <tbody>
          {outages.map((outage) => (
            <tr key={outage.at}>
              <td>{dateTimeText(outage.at, isUtc)}</td>
              <td>{awayText(outage)}</td>
              <td>{countText(outage.attempts)}</td>
              <td className={styles.cause}>
                {visibleLine(outage.reason)} <code>{outage.code}</code>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {outageCount > outages.length ? (
        <p className={styles.note}>{countText(outageCount)} in all; the newest are shown.</p>
      ) : null}
    </div>
  );
}

function awayText({ awayMs }: Outage): string {
  if (awayMs < 0) return 'still away';
  return awayMs === 0 ? 'no gap' : durationText(awayMs);
}
