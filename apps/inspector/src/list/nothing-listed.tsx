import type { ReactNode } from 'react';
import { useFilterText } from '../prefs/address.ts';
import { useSession } from '../traffic/session.ts';
import { useTrafficOf, useViewOf } from '../traffic/use-traffic.ts';
import { Button } from '../ui/button.tsx';
import { NoTraffic } from './no-traffic.tsx';
import styles from './nothing-listed.module.css';

/** Why the list is empty, and what can be done about it. */
export function NothingListed() {
  const isKnown = useSession(({ status }) => status !== undefined);
  const hasRows = useTrafficOf(({ rows }) => rows.length > 0);
  if (hasRows) return <NoMatch />;
  return isKnown ? <NoTraffic /> : <Loading />;
}

function NoMatch() {
  const [, setFilter] = useFilterText();
  const isSearching = useViewOf((view) => view.isSearching);
  if (isSearching) return <Empty title="Searching…" />;
  return (
    <Empty title="No exchange matches the filter">
      <Button onClick={() => setFilter('')}>Clear the filter</Button>
    </Empty>
  );
}

const WIDTHS = ['62%', '48%', '71%', '40%', '55%', '66%'];

function Loading() {
  return (
    <div className={styles.loading} role="status">
      <span className={styles.words}>Loading…</span>
      {WIDTHS.map((width) => (
        <span key={width} className={styles.bone} style={{ width }} />
      ))}
    </div>
  );
}

interface EmptyProps {
  readonly title: string;
  readonly children?: ReactNode;
}

function Empty({ title, children }: EmptyProps) {
  return (
    <div className={styles.empty}>
      <div className={styles.words}>
        <h2>{title}</h2>
        {children}
      </div>
    </div>
  );
}
