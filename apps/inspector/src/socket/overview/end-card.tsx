import { CapturedText } from '../../detail/captured-text.tsx';
import { Fact, Facts } from '../../ui/facts.tsx';
import { Pill } from '../../ui/pill.tsx';
import styles from './end-card.module.css';
import type { Ending } from './ending.ts';

/** How it ended: code, name, plain meaning, by whom, whether cleanly, and what is likely behind it. */
export function EndCard({ ending }: { readonly ending: Ending }) {
  const { code, name, meaning, reason, isReasonBroken, by, how, cause, tone } = ending;
  return (
    <div className={styles.card} data-tone={tone}>
      <p className={styles.head}>
        {code === 0 ? null : <Pill tone={tone}>{code}</Pill>}
        <strong>
          <CapturedText text={name} />
        </strong>
      </p>
      <p className={styles.meaning}>
        <CapturedText text={meaning} />
      </p>
      <Facts>
        {reason === undefined ? null : (
          <Fact name="Reason">
            {reason === '' ? (
              <span className={styles.none}>(no reason given)</span>
            ) : (
              <q className={styles.reason}>
                <CapturedText text={reason} />
              </q>
            )}
            {isReasonBroken ? <span className={styles.none}> It was not valid UTF-8.</span> : null}
          </Fact>
        )}
        <Fact name="By">{by}</Fact>
        <Fact name="How">{how}</Fact>
        <Fact name="Likely cause">{cause}</Fact>
      </Facts>
    </div>
  );
}
