import { useTrafficOf } from '../traffic/use-traffic.ts';
import { countText } from '../ui/numbers.ts';
import styles from './dropped-note.module.css';

/** Below the list: what is not in it any more. */
export function DroppedNote() {
  const dropped = useTrafficOf((traffic) => traffic.droppedCount);
  if (dropped === 0) return null;
  const what =
    dropped === 1 ? '1 older exchange was' : `${countText(dropped)} older exchanges were`;
  return <p className={styles.note}>Memory is full: {what} dropped. Pinned ones stay.</p>;
}
