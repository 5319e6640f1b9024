import type { MarkName } from './row-state.ts';
import styles from './status-mark.module.css';

const PATHS: Readonly<Record<MarkName, string>> = {
  waiting: 'M6 1.5a4.5 4.5 0 1 1-4.5 4.5',
  dot: 'M6 2a4 4 0 1 1 0 8 4 4 0 0 1 0-8z',
  arrow: 'M1.5 6h8M6.5 2.5 10 6 6.5 9.5',
  triangle: 'M6 1.5 11 10.5H1z',
  square: 'M2 2h8v8H2z',
  cross: 'M2.5 2.5l7 7M9.5 2.5l-7 7',
  barred: 'M6 1.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9zM3 9l6-6',
  live: 'M6 3a3 3 0 1 1 0 6 3 3 0 0 1 0-6z',
  ring: 'M6 2.25a3.75 3.75 0 1 1 0 7.5 3.75 3.75 0 0 1 0-7.5z',
};

const FILLED: ReadonlySet<MarkName> = new Set(['dot', 'triangle', 'square', 'live']);

/** The shape of a state, in the colour of the text around it. */
export function StatusMark({ name }: { readonly name: MarkName }) {
  const isFilled = FILLED.has(name);
  return (
    <svg
      aria-hidden="true"
      className={[styles.mark, styles[name]].join(' ')}
      width="0.75rem"
      height="0.75rem"
      viewBox="0 0 12 12"
      fill={isFilled ? 'currentColor' : 'none'}
      stroke={isFilled ? 'none' : 'currentColor'}
      strokeWidth="1.75"
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
