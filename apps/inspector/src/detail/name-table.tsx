import type { ReactNode } from 'react';
import { Section } from '../ui/section.tsx';
import styles from './header-list.module.css';

interface NameTableProps {
  readonly title: string;
  /** Heads the second column. */
  readonly value: string;
  /** Rows of a name and its value. */
  readonly children: ReactNode;
  /** Below the table. */
  readonly note?: ReactNode;
}

/** Names and their values, under a title. */
export function NameTable({ title, value, children, note }: NameTableProps) {
  return (
    <Section title={title}>
      <div className={styles.scroll} data-wraps="true">
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">{value}</th>
            </tr>
          </thead>
          <tbody>{children}</tbody>
        </table>
      </div>
      {note}
    </Section>
  );
}
