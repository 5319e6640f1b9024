import { CapturedText } from '../../detail/captured-text.tsx';
import { usePrefs } from '../../prefs/prefs.ts';
import { durationText, timeText } from '../../ui/numbers.ts';
import type { Step } from './lifecycle.ts';
import styles from './timeline.module.css';

/** What happened, from above to below, each with its time of day and since the beginning. */
export function Timeline({ steps }: { readonly steps: readonly Step[] }) {
  const isUtc = usePrefs((prefs) => prefs.isUtc);
  const begin = steps[0]?.at ?? 0;
  return (
    <ol className={styles.timeline} aria-label="Lifecycle">
      {steps.map(({ at, what, note, tone }) => (
        <li key={what} className={styles.step} data-tone={tone}>
          <span className={styles.times}>
            <time dateTime={new Date(at).toISOString()}>{timeText(at, isUtc)}</time>
            <span className={styles.since}>
              {at === begin ? '' : `+${durationText(at - begin)}`}
            </span>
          </span>
          <span aria-hidden="true" className={styles.mark} />
          <span className={styles.what}>
            <CapturedText text={what} most={200} />
            {note === '' ? null : (
              <span className={styles.note}>
                <CapturedText text={note} most={500} />
              </span>
            )}
          </span>
        </li>
      ))}
    </ol>
  );
}
