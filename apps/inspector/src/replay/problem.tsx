import styles from './edit-dialog.module.css';

interface ProblemProps {
  readonly id: string;
  readonly text: string | undefined;
}

/** What is wrong with a field, beside it. */
export function Problem({ id, text }: ProblemProps) {
  return (
    <p id={id} role="status" className={styles.problem}>
      {text ?? ''}
    </p>
  );
}
