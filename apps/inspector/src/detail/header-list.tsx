import type { HeaderLines } from '@sellia/inspector/browser';
import { useId, useState } from 'react';
import { setPrefs, usePrefs } from '../prefs/prefs.ts';
import { maskHeader, maskHeaders } from '../settings/masking.ts';
import { Button } from '../ui/button.tsx';
import { copyText } from '../ui/clipboard.ts';
import { Section } from '../ui/section.tsx';
import styles from './header-list.module.css';
import { HeaderRow } from './header-row.tsx';
import { headersText, linesOf } from './header-text.ts';
import { RevealButton } from './reveal.tsx';

/** Lines that are drawn until somebody asks for all of them. */
const SHOWN_MAX = 200;

interface HeaderListProps {
  /** `Request headers`. */
  readonly title: string;
  readonly lines: HeaderLines;
}

/** Headers in the order, case and number in which they came. */
export function HeaderList({ title, lines: flat }: HeaderListProps) {
  const wraps = usePrefs((prefs) => prefs.wraps);
  const [wanted, setWanted] = useState('');
  const [isWhole, setWhole] = useState(false);
  const id = useId();
  const lines = linesOf(flat);
  const found = lines.filter(({ name, value }) => holds(`${name}: ${value}`, wanted));
  const shown = isWhole ? found : found.slice(0, SHOWN_MAX);
  const hasSecrets = lines.some(({ name, value }) => maskHeader(name, value) !== value);
  return (
    <Section
      title={title}
      actions={
        <>
          <input
            type="search"
            className={styles.find}
            aria-label={`Find in ${title.toLowerCase()}`}
            aria-describedby={id}
            placeholder="Find"
            value={wanted}
            onChange={(event) => setWanted(event.target.value)}
            onKeyDown={(event) => {
              if (event.key === 'Escape' && wanted !== '') event.stopPropagation();
              if (event.key === 'Escape') setWanted('');
            }}
          />
          {hasSecrets ? <RevealButton /> : null}
          <Button aria-pressed={wraps} onClick={() => setPrefs({ wraps: !wraps })}>
            Wrap
          </Button>
          <Button onClick={() => void copyText(copied(flat), title.toLowerCase())}>Copy all</Button>
        </>
      }
    >
      <p id={id} role="status" className={styles.count}>
        {wanted === '' ? '' : `${found.length} of ${lines.length} headers`}
      </p>
      <div className={styles.scroll} data-wraps={wraps}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Value</th>
              <th scope="col">Copy</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((line) => (
              <HeaderRow key={line.at} line={line} />
            ))}
          </tbody>
        </table>
      </div>
      {lines.length === 0 ? <p className={styles.none}>None.</p> : null}
      {shown.length < found.length ? (
        <Button onClick={() => setWhole(true)}>Show all {found.length} headers</Button>
      ) : null}
    </Section>
  );
}

function holds(line: string, wanted: string): boolean {
  return line.toLowerCase().includes(wanted.toLowerCase());
}

/** Everything that is copied follows one choice. */
function copied(flat: HeaderLines): string {
  return headersText(linesOf(usePrefs.getState().copiesMasked ? maskHeaders(flat) : flat));
}
