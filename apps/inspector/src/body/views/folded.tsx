import { type ReactNode, useState } from 'react';
import styles from './folded.module.css';

interface FoldedProps {
  readonly title: ReactNode;
  readonly isOpen?: boolean;
  readonly children: ReactNode;
}

/** A line that opens; what is in it is only made then. */
export function Folded({ title, isOpen = false, children }: FoldedProps) {
  const [isMade, setMade] = useState(isOpen);
  return (
    <details
      open={isOpen}
      className={styles.folded}
      onToggle={(event) => setMade(event.currentTarget.open)}
    >
      <summary>{title}</summary>
      {isMade ? <div className={styles.content}>{children}</div> : null}
    </details>
  );
}
