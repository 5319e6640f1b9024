import { Component, type ReactNode } from 'react';
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

function Failure() {
  return (
    <section className={styles.page}>
      <h2>This could not be shown</h2>
      <p>
        Sellia may have been brought up to date, or ended, while this page was open. Nothing that it
        has captured is lost by that.
      </p>
      <Button look="strong" onClick={() => location.reload()}>
        Load the page again
      </Button>
    </section>
  );
}
