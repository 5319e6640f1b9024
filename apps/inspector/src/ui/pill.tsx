import type { ReactNode } from 'react';
import styles from './pill.module.css';

export type Tone = 'good' | 'warn' | 'bad' | 'note' | 'plain';

/** A word with a colour; the word says it, too. */
export function Pill({ tone, children, title }: PillProps) {
  return (
    <span className={[styles.pill, styles[tone]].join(' ')} title={title}>
      {children}
    </span>
  );
}

interface PillProps {
  readonly tone: Tone;
  readonly children: ReactNode;
  readonly title?: string;
}
