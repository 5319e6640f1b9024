import { Link } from 'wouter';
import { api, bodyUrl } from '../api/api.ts';
import { useReading } from '../detail/use-detail.ts';
import { exchangePath } from '../prefs/address.ts';
import { bytesText } from '../ui/numbers.ts';
import { BodyContent } from './body-content.tsx';
import styles from './body-panel.module.css';
import type { BodyViewProps } from './body-view.tsx';
import { isStillComing, keptText, notesOn, sizeText } from './sizes.ts';

/** Sizes of a body in words, and the body itself. */
export function BodyPanel(props: BodyViewProps) {
  const { facts } = props;
  const isRunning = isStillComing(props);
  return (
    <section className={styles.panel} aria-label="Body">
      {isRunning && facts.expectedBytes > 0 ? (
        <p className={styles.progress}>
          <progress aria-label="Received so far" value={facts.bytes} max={facts.expectedBytes} />
          {keptText(facts.bytes, facts.expectedBytes)}
        </p>
      ) : null}
      {facts.keptBytes === 0 ? (
        <>
          <h3>Body</h3>
          <p className={styles.empty}>{emptyText(facts.bytes, isRunning)}</p>
        </>
      ) : (
        <KeptBody {...props} isRunning={isRunning} />
      )}
    </section>
  );
}

function emptyText(bytes: number, isRunning: boolean): string {
  if (bytes > 0) return `${bytesText(bytes)} went by; none of it is kept.`;
  return isRunning ? 'Nothing of the body has come yet.' : 'There is no body: it is empty.';
}

interface KeptBodyProps extends BodyViewProps {
  readonly isRunning: boolean;
}

/** Read again while it grows, not more often than a reading may. */
function KeptBody({ id, direction, facts, isRunning }: KeptBodyProps) {
  const change = `${facts.keptBytes} ${facts.bytes > facts.keptBytes} ${isRunning}`;
  const { value, failure } = useReading(change, (signal) => api.body(id, direction, true, signal));
  if (failure !== undefined) return <p role="alert">{failure.message}</p>;
  if (value === undefined)
    return <p className={styles.empty}>Reading {bytesText(facts.keptBytes)} …</p>;
  const isCut = facts.keptBytes < facts.bytes;
  return (
    <BodyContent
      notes={notesOn(facts, value, isRunning)}
      bytes={value.bytes}
      label={facts.type}
      isCut={isCut || value.state !== 'whole'}
      isRunning={isRunning}
      name={`${direction}-${id}`}
      depth={0}
      wireUrl={facts.encoding === '' ? undefined : bodyUrl(id, direction, false)}
    >
      <h3>Body</h3>
      <p className={styles.sizes}>
        {sizeText(facts, value)}
        {facts.type.startsWith('text/event-stream') ? (
          <>
            {' · '}
            <Link href={`${exchangePath(id, 'events')}${location.search}`}>Events with times</Link>
          </>
        ) : null}
      </p>
    </BodyContent>
  );
}
