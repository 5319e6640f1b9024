import { Secret } from '../detail/secret.tsx';
import styles from './diff-page.module.css';
import type { LineDiff } from './line-diff.ts';

/** Lines that are drawn. */
const SHOWN_MAX = 500;

const WORDS: Readonly<Record<LineDiff['kind'], string>> = {
  same: 'Same',
  changed: '~ Changed',
  added: '+ Added',
  removed: '− Removed',
};

interface DiffTableProps {
  /** What the lines are. */
  readonly label: string;
  readonly lines: readonly LineDiff[];
  /** Lines that are alike, too. */
  readonly showsAll: boolean;
  /** What of a value may be seen. */
  readonly mask: (name: string, value: string) => string;
}

/** Two lists beside one another. */
export function DiffTable({ label, lines, showsAll, mask }: DiffTableProps) {
  const shown = lines.filter(({ kind }) => showsAll || kind !== 'same');
  if (shown.length === 0) return <p className={styles.none}>No differences.</p>;
  return (
    <div className={styles.scroll}>
      <table className={styles.table} aria-label={label}>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">First</th>
            <th scope="col">Second</th>
          </tr>
        </thead>
        <tbody>
          {shown.slice(0, SHOWN_MAX).map((line, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a name may come twice
            <tr key={i} data-kind={line.kind}>
              <th scope="row">
                <span className={styles.kind}>{WORDS[line.kind]}</span> {line.name.slice(0, 200)}
              </th>
              <Side name={line.name} value={line.one} mask={mask} />
              <Side name={line.name} value={line.other} mask={mask} />
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface SideProps extends Pick<DiffTableProps, 'mask'> {
  readonly name: string;
  readonly value: string | undefined;
}

function Side({ name, value, mask }: SideProps) {
  return (
    <td>
      {value === undefined ? (
        <span className={styles.none}>–</span>
      ) : (
        <Secret text={value} masked={mask(name, value)} name={name} />
      )}
    </td>
  );
}
