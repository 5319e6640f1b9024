import styles from './skip-link.module.css';

/** For the keyboard: past the bar. */
export function SkipLink() {
  return (
    <a href="#content" className={styles.skip}>
      Skip to content
    </a>
  );
}
