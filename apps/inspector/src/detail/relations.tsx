import { Link } from 'wouter';
import { exchangePath } from '../prefs/address.ts';
import styles from './panel-head.module.css';

/** Links that are drawn; the newest. */
const SHOWN_MAX = 10;

interface RelationsProps {
  readonly replayOf: string;
  readonly replays: readonly string[];
}

/** What this exchange repeats, and what repeats it. */
export function Relations({ replayOf, replays }: RelationsProps) {
  if (replayOf === '' && replays.length === 0) return null;
  const hidden = replays.length - SHOWN_MAX;
  return (
    <div className={styles.relations}>
      {replayOf === '' ? null : (
        <span>
          Sends again <ExchangeLink id={replayOf} />
        </span>
      )}
      {replays.length === 0 ? null : (
        <span>
          Sent again: {hidden > 0 ? `${hidden} earlier, ` : ''}
          {replays.slice(-SHOWN_MAX).map((id, i) => (
            <span key={id}>
              {i === 0 ? '' : ', '}
              <ExchangeLink id={id} />
            </span>
          ))}
        </span>
      )}
    </div>
  );
}

/** The filter stays. */
function ExchangeLink({ id }: { readonly id: string }) {
  return <Link href={`${exchangePath(id)}${location.search}`}>{id}</Link>;
}
