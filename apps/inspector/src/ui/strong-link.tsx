import type { ComponentProps } from 'react';
import styles from './strong-link.module.css';

/** A link that looks like the button to press. */
export function StrongLink(props: ComponentProps<'a'>) {
  return <a className={styles.link} {...props} />;
}
