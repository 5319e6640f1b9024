import type { ExchangeRow } from '../api/types.ts';
import { Pill, type Tone } from '../ui/pill.tsx';
import styles from './state-pill.module.css';

const STATES: Partial<Readonly<Record<ExchangeRow['state'], readonly [text: string, tone: Tone]>>> =
  {
    connecting: ['Connecting', 'note'],
    open: ['Open', 'good'],
    closing: ['Closing', 'warn'],
    closed: ['Closed', 'plain'],
    rejected: ['Rejected', 'bad'],
    aborted: ['Aborted', 'bad'],
  };

/** How far a WebSocket has come; a dot that beats while it is open. */
export function StatePill({ row }: { readonly row: ExchangeRow }) {
  const [text, tone] = STATES[row.state] ?? [row.state, 'plain'];
  return (
    <Pill tone={tone}>
      {row.state === 'open' ? <span aria-hidden="true" className={styles.dot} /> : null}
      {row.state === 'rejected' ? `${text} with ${row.status}` : text}
    </Pill>
  );
}
