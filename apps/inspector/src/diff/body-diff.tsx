import { lazy, Suspense, useState } from 'react';
import { api } from '../api/api.ts';
import type { Direction, ExchangeDetail } from '../api/types.ts';
import { useReading } from '../detail/use-detail.ts';
import { Button } from '../ui/button.tsx';
import { Section } from '../ui/section.tsx';
import { compareBodies, type ReadBody } from './compare-bodies.ts';
import styles from './diff-page.module.css';

const MergePane = lazy(() =>
  import('./merge-pane.tsx').then(({ MergePane }) => ({ default: MergePane })),
);

interface BodyDiffProps {
  readonly title: string;
  readonly direction: Direction;
  readonly one: ExchangeDetail;
  readonly other: ExchangeDetail;
}

/** Two bodies, decoded, beside one another where they are text. */
export function BodyDiff({ title, direction, one, other }: BodyDiffProps) {
  const [isSorted, setSorted] = useState(false);
  const change = `${one[direction].body.keptBytes}/${other[direction].body.keptBytes}/${one.row.id}`;
  const { value, failure } = useReading(change, async (signal) => ({
    one: await readBody(one, direction, signal),
    other: await readBody(other, direction, signal),
  }));
  const compared =
    value === undefined ? undefined : compareBodies(value.one, value.other, isSorted);
  return (
    <Section
      title={title}
      actions={
        compared?.isJson ? (
          <Button aria-pressed={isSorted} onClick={() => setSorted(!isSorted)}>
            Sort JSON keys
          </Button>
        ) : null
      }
    >
      <p role="status" className={styles.none}>
        {failure !== undefined
          ? failure.message
          : (compared?.notice ?? 'The bodies are being read …')}
      </p>
      {compared?.texts === undefined ? null : (
        <Suspense>
          <MergePane
            key={`${compared.texts[0].length}/${isSorted}/${change}`}
            label={title}
            one={compared.texts[0]}
            other={compared.texts[1]}
          />
        </Suspense>
      )}
    </Section>
  );
}

async function readBody(
  { row, ...messages }: ExchangeDetail,
  direction: Direction,
  signal: AbortSignal,
): Promise<ReadBody> {
  const { bytes: size, keptBytes, type } = messages[direction].body;
  if (size === 0) return { bytes: new Uint8Array(), isCut: false, type };
  const { bytes } = await api.body(row.id, direction, true, signal);
  return { bytes, isCut: keptBytes < size, type };
}
