import { type ReactNode, useId } from 'react';
import styles from './check.module.css';

interface CheckProps {
  readonly label: string;
  /** A sentence below it. */
  readonly note?: ReactNode;
  readonly isChecked: boolean;
  readonly onChange: (isChecked: boolean) => void;
}

/** A box to tick, as wide as its words. */
export function Check({ label, note, isChecked, onChange }: CheckProps) {
  const id = useId();
  return (
    <div className={styles.check}>
      <label className={styles.label}>
        <input
          type="checkbox"
          checked={isChecked}
          aria-describedby={note === undefined ? undefined : id}
          onChange={(event) => onChange(event.target.checked)}
        />
        {label}
      </label>
      {note === undefined ? null : (
        <p id={id} className={styles.note}>
          {note}
        </p>
      )}
    </div>
  );
}
