import type { ApiFailure } from '../api/api.ts';
import { useGo } from '../prefs/address.ts';
import { Button } from '../ui/button.tsx';
import styles from './exchange-panel.module.css';

/** In place of an exchange that is not there. */
export function MissingExchange({ failure }: { readonly failure: ApiFailure }) {
  const go = useGo();
  const isUnknown = failure.status === 404;
  return (
    <div role="status" className={styles.missing}>
      <h2>{isUnknown ? 'This exchange is not here' : 'This exchange cannot be read'}</h2>
      <p>
        {isUnknown
          ? 'It was dropped to make room or cleared from the list, or never was in this inspector.'
          : failure.message}
      </p>
      <Button onClick={() => go('/')}>Back to all exchanges</Button>
    </div>
  );
}
