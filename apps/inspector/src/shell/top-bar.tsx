import { Link } from 'wouter';
import { useSession } from '../traffic/session.ts';
import { Pill } from '../ui/pill.tsx';
import styles from './top-bar.module.css';

/** Where one is, and how the tunnels and the page's own link are. */
export function TopBar() {
  const { link } = useSession();
  return (
    <header className={styles.bar}>
      <Link href="/" className={styles.name}>
        Sellia
      </Link>
      <Pill tone={link === 'live' ? 'good' : 'warn'}>{link}</Pill>
      <nav aria-label="Views" className={styles.views}>
        <Link href="/">Traffic</Link>
        <Link href="/status">Tunnels</Link>
      </nav>
    </header>
  );
}
