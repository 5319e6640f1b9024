import { exchangePath, useGo } from '../prefs/address.ts';
import { useView } from '../traffic/use-traffic.ts';

interface ExchangeListProps {
  readonly selected: string | undefined;
}

/** All exchanges that the filter lets through, the newest first. */
export function ExchangeList({ selected }: ExchangeListProps) {
  const { rows } = useView();
  const go = useGo();
  return (
    <ul>
      {rows.slice(0, 100).map((row) => (
        <li key={row.id} aria-current={row.id === selected}>
          <button type="button" onClick={() => go(exchangePath(row.id))}>
            {row.method} {row.target} {row.status}
          </button>
        </li>
      ))}
    </ul>
  );
}
