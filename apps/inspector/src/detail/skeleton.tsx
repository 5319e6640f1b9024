import { Hidden } from '../ui/hidden.tsx';
import styles from './skeleton.module.css';

const LINES = [70, 45, 60, 30, 55, 40];

/** As much room as there will be text, until there is text. */
export function Skeleton() {
  return (
    <div role="status" className={styles.skeleton}>
      <Hidden>Loading</Hidden>
      {LINES.map((width) => (
        <div key={width} className={styles.line} style={{ width: `${width}%` }} />
      ))}
    </div>
  );
}
