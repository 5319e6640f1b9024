import { memo } from 'react';
import { Link, useSearch } from 'wouter';
import { CELLS } from '../list/cells.tsx';
import { lineText } from '../list/shown-text.ts';
import { exchangePath } from '../prefs/address.ts';
import { Hidden } from '../ui/hidden.tsx';
import { Icon } from '../ui/icon.tsx';
import styles from './joined-table.module.css';
import type { JoinedRow } from './use-joined.ts';

const { status: Status, method: Method, path: Path, tunnel: Tunnel, duration: Duration } = CELLS;
const { time: Time } = CELLS;

/** One line each, the newest first. Each leads to its exchange: here, or in the other's page. */
export const JoinedTable = memo(({ rows }: { readonly rows: readonly JoinedRow[] }) => (
  <div className={styles.room}>
    <table aria-label="Exchanges of all programs" className={styles.table}>
      <thead>
        <tr>
          <th className={styles.status}>Status</th>
          <th className={styles.method}>Method</th>
          <th>Path</th>
          <th className={styles.tunnel}>Tunnel</th>
          <th className={styles.program}>Program</th>
          <th className={styles.duration}>Duration</th>
          <th className={styles.time}>Time</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <Line key={`${row.inspector?.url} ${row.id}`} row={row} />
        ))}
      </tbody>
    </table>
  </div>
));

function Line({ row }: { readonly row: JoinedRow }) {
  const method = row.kind === 'websocket' ? 'WS' : lineText(row.method);
  return (
    <tr>
      <td className={styles.status}>
        <Status row={row} />
        <span className={styles.below}>{method}</span>
      </td>
      <td className={styles.method}>
        <Method row={row} />
      </td>
      <td>
        <RowLink row={row} />
        <span className={styles.below}>
          <Program row={row} /> · {lineText(row.tunnel)}
        </span>
      </td>
      <td className={styles.tunnel}>
        <Tunnel row={row} />
      </td>
      <td className={styles.program}>
        <Program row={row} />
      </td>
      <td className={styles.duration}>
        <Duration row={row} />
      </td>
      <td className={styles.time}>
        <Time row={row} />
      </td>
    </tr>
  );
}

function RowLink({ row }: { readonly row: JoinedRow }) {
  const search = useSearch();
  const { inspector, id } = row;
  if (inspector !== undefined) {
    return (
      <a href={inspector.link} target="_blank" rel="noreferrer" className={styles.link}>
        <Path row={row} />
        <Hidden> (in another tab)</Hidden>
      </a>
    );
  }
  const path = exchangePath(id);
  return (
    <Link href={search === '' ? path : `${path}?${search}`} className={styles.link}>
      <Path row={row} />
    </Link>
  );
}

/** Name and port of the inspector's page, which tell the programs apart. */
function Program({ row: { inspector } }: { readonly row: JoinedRow }) {
  if (inspector === undefined) return <span className={styles.own}>{location.host}</span>;
  return (
    <span className={styles.other}>
      {new URL(inspector.url).host} <Icon name="open" />
    </span>
  );
}
