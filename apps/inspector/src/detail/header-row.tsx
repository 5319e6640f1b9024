import { useState } from 'react';
import { maskHeader } from '../settings/masking.ts';
import { CopyButton } from '../ui/copy-button.tsx';
import { CapturedText } from './captured-text.tsx';
import styles from './header-list.module.css';
import { headerNote } from './header-notes.ts';
import type { HeaderLine } from './header-text.ts';
import { Secret } from './secret.tsx';

/** One header; names that say something to us say it to others when pressed. */
export function HeaderRow({ line: { name, value } }: { readonly line: HeaderLine }) {
  const [isExplained, setExplained] = useState(false);
  const note = headerNote(name, value);
  return (
    <tr>
      <th scope="row">
        {note === '' ? (
          <CapturedText text={name} most={200} />
        ) : (
          <button
            type="button"
            className={styles.name}
            title={note}
            aria-expanded={isExplained}
            onClick={() => setExplained(!isExplained)}
          >
            {name}
          </button>
        )}
      </th>
      <td className={styles.value}>
        <Secret text={value} masked={maskHeader(name, value)} name={name} />
        {isExplained ? <p className={styles.note}>{note}</p> : null}
      </td>
      <td className={styles.act}>
        <CopyButton text={value} what={name.slice(0, 100)} />
      </td>
    </tr>
  );
}
