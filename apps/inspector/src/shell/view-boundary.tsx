import { Component, type ReactNode } from 'react';
import { useIsOfBefore } from '../traffic/session.ts';
import { Button } from '../ui/button.tsx';
import styles from './locked-page.module.css';

interface Failed {
  readonly hasFailed: boolean;
}

/**
 * A part of the page that fails leaves the rest as it is; give it a `key` for what it shows. Mostly a
 * file could not be loaded: Sellia was brought up to date, or ended, while the page was open.
 */
export class ViewBoundary extends Component<{ readonly children: ReactNode }, Failed> {
  override state: Failed = { hasFailed: false };

  static getDerivedStateFromError(): Failed {
    return { hasFailed: true };
  }

  override render(): ReactNode {
    return this.state.hasFailed ? <Failure /> : this.props.children;
  }
}

/** Without a button: to load the page now would lose what it still shows elsewhere. */
function Unloaded() {
  return (
    <section className={styles.page}>
      <h2>This could not be shown</h2>
      <p>
        This part of the page had not been loaded when Sellia ended. What was open before is still
        there: go back to it.
      </p>
    </section>
  );
}

function Failure() {
  if (useIsOfBefore()) return <Unloaded />;
  return (
    <section className={styles.page}>
      <h2>This could not be shown</h2>
      <p>Sellia may have been brought up to date while this page was open.</p>
      <Button look="strong" onClick={() => location.reload()}>
        Load the page again
      </Button>
    </section>
  );
}
