import { useSession } from '../traffic/session.ts';
import { KeptSection } from './kept-section.tsx';
import { Neighbours } from './neighbours.tsx';
import styles from './status-page.module.css';
import { TunnelArticle } from './tunnel-article.tsx';

/** Tunnels, their relay, and how they have been. */
export function StatusPage() {
  const status = useSession((session) => session.status);
  return (
    <main className={styles.page}>
      {status === undefined ? <p className={styles.none}>Waiting for Sellia…</p> : null}
      {status?.tunnels.length === 0 ? (
        <p className={styles.none}>There is no tunnel in this run of Sellia.</p>
      ) : null}
      {status?.tunnels.map((tunnel) => (
        <TunnelArticle key={tunnel.name} tunnel={tunnel} />
      ))}
      {status === undefined ? null : <KeptSection status={status} />}
      <Neighbours />
    </main>
  );
}
