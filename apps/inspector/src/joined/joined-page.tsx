import { parseFilter } from '@sellia/inspector/browser';
import { type ReactNode, useId, useMemo, useState } from 'react';
import { useCommands } from '../commands/commands.ts';
import bar from '../filter/filter-bar.module.css';
import { FilterField } from '../filter/filter-field.tsx';
import { FilterProblems } from '../filter/filter-problems.tsx';
import { useTypedFilter } from '../filter/use-typed-filter.ts';
import { RunningClock } from '../list/clock.tsx';
import { useFilterText } from '../prefs/address.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { useIsVisible } from '../ui/use-is-visible.ts';
import styles from './joined-page.module.css';
import { JoinedTable } from './joined-table.tsx';
import { type Joined, ROWS_MAX, useJoined } from './use-joined.ts';

/** The newest exchanges of all programs of this user, in one list. */
export function JoinedPage() {
  const [filter] = useFilterText();
  const [isPaused, setPaused] = useState(false);
  const isOn = useIsVisible() && !isPaused;
  const { joined, failure } = useJoined(filter, isOn);
  return (
    <main className={styles.page}>
      <JoinedBar isPaused={isPaused} onPause={() => setPaused(!isPaused)} joined={joined} />
      {joined === undefined ? <Words>{failure?.message ?? 'Asking all programs…'}</Words> : null}
      {joined?.exchanges.length === 0 ? <Nothing isFiltered={filter !== ''} /> : null}
      {joined === undefined || joined.exchanges.length === 0 ? null : (
        <RunningClock isOn={isOn}>
          <JoinedTable rows={joined.exchanges} />
        </RunningClock>
      )}
    </main>
  );
}

interface JoinedBarProps {
  readonly isPaused: boolean;
  readonly onPause: () => void;
  readonly joined: Joined | undefined;
}

/** The filter, and who is in the list. */
function JoinedBar({ isPaused, onPause, joined }: JoinedBarProps) {
  const typed = useTypedFilter();
  const problemsId = useId();
  const { problems } = useMemo(() => parseFilter(typed.text), [typed.text]);
  useCommands({ pause: onPause });
  return (
    <search className={bar.bar} aria-label="Filter and list">
      <div className={bar.line}>
        <FilterField typed={typed} problems={problems} problemsId={problemsId} />
        <Button aria-pressed={isPaused} title="The list stands still (Space)" onClick={onPause}>
          <Icon name={isPaused ? 'play' : 'pause'} />
          {isPaused ? 'Go on' : 'Pause'}
        </Button>
      </div>
      <FilterProblems id={problemsId} problems={problems} />
      {joined === undefined ? null : <Who joined={joined} />}
    </search>
  );
}

function Who({ joined: { exchanges, answered, silent } }: { readonly joined: Joined }) {
  return (
    <div className={bar.line}>
      <p role="status" className={styles.who}>
        {programsText(answered.length, answered.length + silent.length)}
        {silent.length === 0 ? null : (
          <strong className={styles.silent}>
            {' '}
            No answer from {silent.map((origin) => new URL(origin).host).join(', ')}.
          </strong>
        )}
      </p>
      {exchanges.length < ROWS_MAX ? null : (
        <span className={bar.count}>The newest {ROWS_MAX}</span>
      )}
    </div>
  );
}

function programsText(answered: number, others: number): string {
  if (others === 0) return 'Only this program runs.';
  return answered === 0 ? 'This program.' : `This program and ${answered} more.`;
}

function Nothing({ isFiltered }: { readonly isFiltered: boolean }) {
  const [, setFilter] = useFilterText();
  if (!isFiltered) return <Words>No program has seen any traffic yet.</Words>;
  return (
    <Words>
      No exchange matches the filter.
      <Button onClick={() => setFilter('')}>Clear the filter</Button>
    </Words>
  );
}

function Words({ children }: { readonly children: ReactNode }) {
  return <div className={styles.words}>{children}</div>;
}
