import { useEffect, useId, useRef } from 'react';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { type Draft, type DraftHeader, withHeader, withNewHeader, withoutHeader } from './draft.ts';
import styles from './edit-dialog.module.css';
import { Problem } from './problem.tsx';

interface HeaderFieldsProps {
  readonly draft: Draft;
  readonly problem: string | undefined;
  readonly onDraft: (draft: Draft) => void;
}

/** All headers, to be changed, added and taken out. */
export function HeaderFields({ draft, problem, onDraft }: HeaderFieldsProps) {
  const id = useId();
  const table = useRef<HTMLTableElement>(null);
  const isNew = useRef(false);
  const count = draft.headers.length;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the new line is there when there are more
  useEffect(() => {
    if (isNew.current)
      table.current?.querySelector<HTMLElement>('tbody tr:last-child input')?.focus();
    isNew.current = false;
  }, [count]);
  return (
    <fieldset className={styles.part} aria-describedby={id}>
      <legend>Headers</legend>
      <table ref={table} className={styles.headers}>
        <colgroup>
          <col className={styles.names} />
          <col />
          <col className={styles.acts} />
        </colgroup>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Value</th>
            <th scope="col">Take out</th>
          </tr>
        </thead>
        <tbody>
          {draft.headers.map((header, at) => (
            <HeaderLine
              key={header.key}
              header={header}
              number={at + 1}
              onChange={(change) => onDraft(withHeader(draft, header.key, change))}
              onRemove={() => {
                onDraft(withoutHeader(draft, header.key));
                table.current?.parentElement?.querySelector<HTMLElement>('[data-adds]')?.focus();
              }}
            />
          ))}
        </tbody>
      </table>
      <Button
        data-adds
        onClick={() => {
          isNew.current = true;
          onDraft(withNewHeader(draft));
        }}
      >
        Add a header
      </Button>
      <p className={styles.hint}>Content-Length is written anew for the body that is sent.</p>
      <Problem id={id} text={problem} />
    </fieldset>
  );
}

interface HeaderLineProps {
  readonly header: DraftHeader;
  readonly number: number;
  readonly onChange: (change: Partial<DraftHeader>) => void;
  readonly onRemove: () => void;
}

function HeaderLine({ header: { name, value }, number, onChange, onRemove }: HeaderLineProps) {
  return (
    <tr>
      <td>
        <input
          aria-label={`Name of header ${number}`}
          value={name}
          spellCheck={false}
          onChange={(event) => onChange({ name: event.target.value })}
        />
      </td>
      <td>
        <input
          aria-label={`Value of header ${number}`}
          value={value}
          spellCheck={false}
          onChange={(event) => onChange({ value: event.target.value })}
        />
      </td>
      <td>
        <Button look="plain" isSquare aria-label={`Take out header ${number}`} onClick={onRemove}>
          <Icon name="close" />
        </Button>
      </td>
    </tr>
  );
}
