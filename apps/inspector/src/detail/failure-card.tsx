import type { ExchangeFailure } from '../api/types.ts';
import { capital } from '../ui/capital.ts';
import { CapturedText } from './captured-text.tsx';
import styles from './failure-card.module.css';
import { docsOf, failureHint } from './failure-hints.ts';
import { SIDE_WORDS } from './state-words.ts';

/** What went wrong, whose doing it was, and what can be done. */
export function FailureCard({ failure }: { readonly failure: ExchangeFailure }) {
  const { code, side, reason } = failure;
  const hint = failureHint(failure);
  return (
    <section className={styles.card} aria-label="What went wrong">
      <p className={styles.head}>
        <strong>It failed at {SIDE_WORDS[side]}</strong> <code>{code}</code>
      </p>
      {reason === '' ? null : (
        <p>
          <CapturedText text={`${capital(reason)}.`} />
        </p>
      )}
      {hint === '' ? null : <p>{hint}</p>}
      <p className={styles.docs}>
        Explained in <code>{docsOf(failure)}</code>
      </p>
    </section>
  );
}
