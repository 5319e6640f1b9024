import type { Span } from '@sellia/inspector/browser';
import type { ReactNode } from 'react';
import styles from './filter-field.module.css';

interface MarkedTextProps {
  readonly text: string;
  /** What is wrong in it. */
  readonly spans: readonly Span[];
}

/** The text of the field once more, invisible but for the lines under what is wrong. */
export function MarkedText({ text, spans }: MarkedTextProps) {
  const parts: ReactNode[] = [];
  let end = 0;
  for (const span of spans.toSorted((one, other) => one.start - other.start)) {
    const start = Math.max(end, span.start);
    parts.push(text.slice(end, start));
    end = Math.max(end, span.end, start);
    parts.push(
      <span key={start} className={styles.wrong}>
        {text.slice(start, end)}
      </span>,
    );
  }
  return [...parts, text.slice(end)];
}
