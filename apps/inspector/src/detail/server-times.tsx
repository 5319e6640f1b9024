import type { HeaderLines } from '../api/types.ts';
import { durationText } from '../ui/numbers.ts';
import { Section } from '../ui/section.tsx';
import { CapturedText } from './captured-text.tsx';
import { linesOf } from './header-text.ts';
import { serverTimes } from './server-timing.ts';
import styles from './timing-tab.module.css';

interface ServerTimesProps {
  readonly headers: HeaderLines;
  /** As long as the longest bar may be, if none is longer. */
  readonly totalMs: number;
}

/** What the app says of its own time; nothing without a word. */
export function ServerTimes({ headers, totalMs }: ServerTimesProps) {
  const told = linesOf(headers).filter(({ name }) => name.toLowerCase() === 'server-timing');
  const times = serverTimes(told.map(({ value }) => value));
  if (times.length === 0) return null;
  const total = Math.max(totalMs, ...times.map(({ ms }) => ms), Number.MIN_VALUE);
  return (
    <Section title="Server-Timing, as your app tells it">
      <table className={styles.waterfall}>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Takes</th>
            <td aria-hidden="true" />
          </tr>
        </thead>
        <tbody>
          {times.map(({ name, ms, description }, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: they never change
            <tr key={i}>
              <th scope="row">
                <CapturedText
                  text={description === '' ? name : `${description} (${name})`}
                  most={200}
                />
              </th>
              <td className={styles.figure}>{durationText(ms)}</td>
              <td aria-hidden="true" className={styles.lane}>
                <div
                  className={styles.bar}
                  data-place="upstream"
                  style={{ width: `${(100 * Math.max(0, ms)) / total}%` }}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}
