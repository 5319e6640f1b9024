import { useId, useState } from 'react';
import { Button } from '../ui/button.tsx';
import type { ServerSettings } from './server-settings.ts';
import styles from './settings-dialog.module.css';

interface RedactListProps {
  readonly names: readonly string[];
  readonly onSave: (change: Pick<ServerSettings, 'redact'>) => void;
}

/** Names that are secrets, beside the known ones: a line each. */
export function RedactList({ names, onSave }: RedactListProps) {
  const saved = names.join('\n');
  const [text, setText] = useState(saved);
  const id = useId();
  return (
    <div className={styles.names}>
      <label htmlFor={id}>More secrets</label>
      <textarea
        id={id}
        aria-describedby={`${id}-note`}
        spellCheck={false}
        value={text}
        onChange={({ target }) => setText(target.value)}
      />
      <p id={`${id}-note`} className={styles.note}>
        Names of headers, parameters and fields, one a line. They are masked like{' '}
        <code>Authorization</code> and <code>password</code>.
      </p>
      <Button
        disabled={text === saved}
        onClick={() =>
          onSave({
            redact: text
              .split('\n')
              .map((line) => line.trim())
              .filter(Boolean),
          })
        }
      >
        Save the names
      </Button>
    </div>
  );
}
