import type { FormField, FormFields } from '@sellia/inspector/browser';
import { CapturedText } from './captured-text.tsx';
import styles from './header-list.module.css';
import { maskField } from './mask-field.ts';
import { NameTable } from './name-table.tsx';
import { Secret } from './secret.tsx';

/** Rows that are drawn; a query of so many is looked at in Raw. */
const SHOWN_MAX = 200;

interface FieldTableProps {
  readonly title: string;
  readonly fields: FormFields;
}

/** Parameters of a query, decoded, in the order in which they came; nothing without one. */
export function FieldTable({ title, fields: { fields, isCut } }: FieldTableProps) {
  if (fields.length === 0) return null;
  const hidden = fields.length - SHOWN_MAX;
  const note =
    hidden > 0 || isCut ? <p className={styles.none}>{moreText(hidden, isCut)}</p> : null;
  return (
    <NameTable title={title} value="Value" note={note}>
      {fields.slice(0, SHOWN_MAX).map((field, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they never change
        <FieldRow key={i} field={field} />
      ))}
    </NameTable>
  );
}

function moreText(hidden: number, isCut: boolean): string {
  return `${isCut ? 'More than ' : ''}${hidden} more; see Raw.`;
}

function FieldRow({ field }: { readonly field: FormField }) {
  const { name, value, isBroken } = field;
  return (
    <tr>
      <th scope="row">
        <CapturedText text={name} most={200} />
      </th>
      <td className={styles.value}>
        <Secret text={value} masked={maskField(name, value)} name={name} />
        {isBroken ? <p className={styles.note}>Not all of it is percent-encoded text.</p> : null}
      </td>
    </tr>
  );
}
