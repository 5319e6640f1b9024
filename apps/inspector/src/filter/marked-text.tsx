import type { Span } from '@sellia/inspector/browser';
import type { ReactNode } from 'react';
import styles from './filter-field.module.css';

interface MarkedTextProps {
  readonly text: string;
  /** What is wrong in it. */
  readonly spans: readonly Span[];
}

/** Blanks as wide as the text of the field, with lines under what is wrong. */
export function MarkedText({ text, spans }: MarkedTextProps) {
  const parts: ReactNode[] = [];
  let end = 0;
  for (const span of spans.toSorted((one, other) => one.start - other.start)) {
    const start = Math.max(end, span.start);
    parts.push(blanks(text.slice(end, start)));
    end = Math.max(end, span.end, start);
    parts.push(
      <span key={start} className={styles.wrong}>
        {blanks(text.slice(start, end))}
      </span>,
    );
  }
  return [...parts, blanks(text.slice(end))];
}

/** All letters of the field are of one width; only what is beyond ASCII may not be. */
function blanks(text: string): string {
  return text.replace(/[ -~]/g, '\u00a0');
}
