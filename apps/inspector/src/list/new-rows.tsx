import { trafficView, useViewOf } from '../traffic/use-traffic.ts';
import { countText } from '../ui/numbers.ts';
import styles from './new-rows.module.css';

/** How many have come since the list stands still; a click goes to them. */
export function NewRows({ onNewest }: { readonly onNewest: () => void }) {
  const waiting = useViewOf((view) => view.waiting);
  const isPaused = useViewOf((view) => view.isPaused);
  const isFromEnd = useViewOf(({ arrangement: { by, isDescending, isGrouped } }) =>
    Boolean(by === 'time' && !isDescending && !isGrouped),
  );
  if (waiting === 0 && !isPaused) return null;
  const goOn = (): void => {
    trafficView.isPaused = false;
    onNewest();
  };
  return (
    <div className={isFromEnd ? styles.bottom : styles.top}>
      <button type="button" className={styles.button} onClick={goOn}>
        {isPaused ? `Paused, ${countText(waiting)} new` : `${countText(waiting)} new`}
        <span aria-hidden="true">{isFromEnd ? '↓' : '↑'}</span>
      </button>
    </div>
  );
}
