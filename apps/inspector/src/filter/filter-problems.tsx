import type { Problem } from '@sellia/inspector/browser';
import styles from './filter-bar.module.css';

const SHOWN = 3;

interface FilterProblemsProps {
  /** By which the field names it. */
  readonly id: string;
  readonly problems: readonly Problem[];
}

/** What of a filter was not understood. */
export function FilterProblems({ id, problems }: FilterProblemsProps) {
  return (
    <ul id={id} className={styles.problems} hidden={problems.length === 0}>
      {problems.slice(0, SHOWN).map(({ start, message }) => (
        <li key={`${start} ${message}`}>{message}</li>
      ))}
    </ul>
  );
}
