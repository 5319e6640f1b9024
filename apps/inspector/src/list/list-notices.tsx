import { useTrafficOf } from '../traffic/use-traffic.ts';
import { countText } from '../ui/numbers.ts';
import styles from './list-notices.module.css';

/** What keeps the list from being all that there was; what concerns the whole page stands above it. */
export function ListNotices() {
  const dropped = useTrafficOf((traffic) => traffic.droppedCount);
  if (dropped === 0) return null;
  return (
    <p className={styles.notice}>
      Memory is full: {countText(dropped)} older {dropped === 1 ? 'exchange was' : 'exchanges were'}{' '}
      dropped. Pinned ones stay.
    </p>
  );
}
