import { useState } from 'react';
import { Link } from 'wouter';
import type { ExchangeDetail } from '../api/types.ts';
import { useCommands } from '../commands/commands.ts';
import { CapturedText } from '../detail/captured-text.tsx';
import { linesOf } from '../detail/header-text.ts';
import { MissingExchange } from '../detail/missing-exchange.tsx';
import { RevealButton, RevealScope } from '../detail/reveal.tsx';
import { Skeleton } from '../detail/skeleton.tsx';
import { useKeptDetail } from '../detail/use-kept-detail.ts';
import { exchangePath, useGo } from '../prefs/address.ts';
import { maskHeader, maskTarget } from '../settings/masking.ts';
import { Button } from '../ui/button.tsx';
import { Section } from '../ui/section.tsx';
import { BodyDiff } from './body-diff.tsx';
import styles from './diff-page.module.css';
import { DiffTable } from './diff-table.tsx';
import { factLines } from './fact-lines.ts';
import { diffLines } from './line-diff.ts';

interface DiffPageProps {
  readonly one: string;
  readonly other: string;
}

/** Two exchanges side by side. */
export function DiffPage({ one, other }: DiffPageProps) {
  const first = useKeptDetail(one);
  const second = useKeptDetail(other);
  const go = useGo();
  useCommands({ close: () => go('/') });
  const failure =
    (first.detail === undefined ? first.failure : undefined) ??
    (second.detail === undefined ? second.failure : undefined);
  return (
    <main className={styles.page}>
      {failure !== undefined ? (
        <MissingExchange failure={failure} />
      ) : first.detail === undefined || second.detail === undefined ? (
        <Skeleton />
      ) : (
        <RevealScope>
          <Comparison one={first.detail} other={second.detail} />
        </RevealScope>
      )}
    </main>
  );
}

interface ComparisonProps {
  readonly one: ExchangeDetail;
  readonly other: ExchangeDetail;
}

function Comparison({ one, other }: ComparisonProps) {
  const [showsAll, setShowsAll] = useState(false);
  const go = useGo();
  const headers = (direction: 'request' | 'response') =>
    diffLines(linesOf(one[direction].headers), linesOf(other[direction].headers));
  return (
    <>
      <header className={styles.head}>
        <div className={styles.titles}>
          <h2>Comparison</h2>
          <div className={styles.actions}>
            <RevealButton />
            <Button aria-pressed={showsAll} onClick={() => setShowsAll(!showsAll)}>
              Show what is the same
            </Button>
            <Button onClick={() => go(`/diff/${other.row.id}/${one.row.id}`, { replace: true })}>
              Swap
            </Button>
            <Button onClick={() => go('/')}>Close</Button>
          </div>
        </div>
        <ExchangeName label="First" detail={one} />
        <ExchangeName label="Second" detail={other} />
      </header>
      <Section title="Exchange">
        <DiffTable
          label="Exchange"
          lines={factLines(one, other)}
          showsAll={showsAll}
          mask={(_, value) => maskTarget(value)}
        />
      </Section>
      <Section title="Request headers">
        <DiffTable
          label="Request headers"
          lines={headers('request')}
          showsAll={showsAll}
          mask={maskHeader}
        />
      </Section>
      <BodyDiff title="Request body" direction="request" one={one} other={other} />
      <Section title="Response headers">
        <DiffTable
          label="Response headers"
          lines={headers('response')}
          showsAll={showsAll}
          mask={maskHeader}
        />
      </Section>
      <BodyDiff title="Response body" direction="response" one={one} other={other} />
    </>
  );
}

interface ExchangeNameProps {
  readonly label: string;
  readonly detail: ExchangeDetail;
}

function ExchangeName({ label, detail: { row } }: ExchangeNameProps) {
  return (
    <p className={styles.name}>
      <span className={styles.label}>{label}</span>{' '}
      <Link href={`${exchangePath(row.id)}${location.search}`}>{row.id}</Link>{' '}
      <CapturedText text={`${row.method} ${maskTarget(row.target)}`} most={200} />{' '}
      {row.status === 0 ? '' : row.status}
    </p>
  );
}
