import { Hidden } from '../ui/hidden.tsx';
import { visibleLine } from '../ui/visible-line.ts';
import styles from './tags.module.css';

/** Tags that a line has room for; the others are counted. */
const LINE_MAX = 2;

interface TagWordsProps {
  /** Default: none. */
  readonly tags?: readonly string[] | undefined;
  /** All of them, on as many lines as it takes; otherwise the first ones, on one. */
  readonly isWhole?: boolean;
}

/** The tags of an exchange, to be read. */
export function TagWords({ tags = [], isWhole = false }: TagWordsProps) {
  if (tags.length === 0) return null;
  const words = tags.map(visibleLine);
  const most = isWhole ? words.length : LINE_MAX;
  const rest = words.slice(most).join(', ');
  return (
    <span className={isWhole ? styles.chips : styles.words}>
      {words.slice(0, most).map((word) => (
        <span key={word} className={styles.tag} title={`Tagged ${word}`}>
          <bdi>{word}</bdi>
        </span>
      ))}
      {rest === '' ? null : (
        <span className={styles.rest} title={`Tagged ${rest}, too`}>
          +{words.length - most}
          <Hidden> more tags: {rest}</Hidden>
        </span>
      )}
    </span>
  );
}
