import { CapturedText } from '../../detail/captured-text.tsx';
import styles from './odd-list.module.css';

/** What a person should look at, a sentence each. */
export function OddList({ sentences }: { readonly sentences: readonly string[] }) {
  return (
    <ul className={styles.odd}>
      {sentences.map((sentence) => (
        <li key={sentence}>
          <CapturedText text={sentence} />
        </li>
      ))}
    </ul>
  );
}
