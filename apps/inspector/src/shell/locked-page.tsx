import styles from './locked-page.module.css';

/** Instead of everything, for whoever has not followed the printed link. */
export function LockedPage() {
  return (
    <main className={styles.page}>
      <h2>This page is locked</h2>
      <p>
        It shows what goes through your tunnels, with passwords and cookies, and so it asks for the
        token of the link that Sellia printed in the terminal. Open that link once in this browser.
      </p>
      <p className={styles.look}>
        It looks like <code>{location.origin}/?token=…</code>
      </p>
    </main>
  );
}
