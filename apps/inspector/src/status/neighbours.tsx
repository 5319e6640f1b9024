import { Link, useSearch } from 'wouter';
import { read } from '../api/api.ts';
import { useReading } from '../detail/use-detail.ts';
import { useNow } from '../ui/now.ts';
import styles from './card.module.css';
import list from './neighbours.module.css';

/** Another run of Sellia on this machine. */
interface Neighbour {
  /** Of its page, with its token. */
  readonly url: string;
  readonly tunnels: readonly { readonly name: string; readonly url: string }[];
}

/** Milliseconds between two looks at what else runs. */
const LOOK_MS = 5_000;

/** The other inspectors of this machine: each is a click away. */
export function Neighbours() {
  const look = useNow(LOOK_MS);
  const { value } = useReading(look, (signal) =>
    read<{ neighbours: readonly Neighbour[] }>('/neighbours', signal),
  );
  const neighbours = value?.neighbours.filter(({ url }) => /^https?:\/\//.test(url)) ?? [];
  if (neighbours.length === 0) return null;
  return (
    <article aria-labelledby="neighbours" className={styles.card}>
      <header className={styles.head}>
        <h2 id="neighbours">Other inspectors on this machine</h2>
        <AllTogether />
      </header>
      <ul className={list.list}>
        {neighbours.map(({ url, tunnels }) => (
          <li key={url} className={list.line}>
            <a href={url} target="_blank" rel="noreferrer">
              {new URL(url).host}
            </a>
            <span className={styles.note}>
              {tunnels.length === 0 ? 'no tunnel' : tunnels.map((one) => one.url).join(', ')}
            </span>
          </li>
        ))}
      </ul>
    </article>
  );
}

/** The filter is part of every address. */
function AllTogether() {
  const search = useSearch();
  return (
    <Link href={search === '' ? '/all' : `/all?${search}`} className={list.all}>
      All programs together
    </Link>
  );
}
