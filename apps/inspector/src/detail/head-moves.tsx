import { useSyncExternalStore } from 'react';
import { useCommands } from '../commands/commands.ts';
import { exchangePath, useGo } from '../prefs/address.ts';
import { trafficView } from '../traffic/use-traffic.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import styles from './panel-head.module.css';

/** To the neighbours in the list, and away. */
export function HeadMoves({ id }: { readonly id: string }) {
  const go = useGo();
  const newer = useNeighbour(id, -1);
  const older = useNeighbour(id, 1);
  const show = (to: string | undefined): void => {
    if (to !== undefined) go(exchangePath(to), { replace: true });
  };
  const close = (): void => {
    go('/');
    focusList();
  };
  useCommands({ close });
  return (
    <div className={styles.actions}>
      <Button
        look="plain"
        isSquare
        aria-label="Newer exchange"
        aria-disabled={newer === undefined}
        onClick={() => show(newer)}
      >
        <Icon name="up" />
      </Button>
      <Button
        look="plain"
        isSquare
        aria-label="Older exchange"
        aria-disabled={older === undefined}
        onClick={() => show(older)}
      >
        <Icon name="down" />
      </Button>
      <Button
        look="plain"
        isSquare
        aria-label="Close the exchange"
        title="Close (Esc)"
        onClick={close}
      >
        <Icon name="close" />
      </Button>
    </div>
  );
}

/** Id of the one so many lines further down; undefined without one. */
function useNeighbour(id: string, by: number): string | undefined {
  return useSyncExternalStore(trafficView.subscribe, () => {
    const { rows } = trafficView.view();
    const at = rows.findIndex((row) => row.id === id);
    return at < 0 ? undefined : rows[at + by]?.id;
  });
}

/** What had the focus is gone; the list has one place that takes it. */
function focusList(): void {
  requestAnimationFrame(() => {
    const { activeElement } = document;
    if (activeElement !== null && activeElement !== document.body) return;
    document.querySelector<HTMLElement>('#list [tabindex="0"]')?.focus();
  });
}
