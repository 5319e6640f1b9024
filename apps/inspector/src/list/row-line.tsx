import { memo } from 'react';
import type { ExchangeRow } from '../api/types.ts';
import { CELLS } from './cells.tsx';
import type { Column } from './columns.ts';
import styles from './exchange-list.module.css';

interface RowLineProps {
  readonly row: ExchangeRow;
  /** From 1 on; the head of the columns is the first. */
  readonly rowIndex: number;
  readonly isSelected: boolean;
  /** Where the keyboard is. */
  readonly isActive: boolean;
  readonly columns: readonly Column[];
}

/** Id of the element of an exchange's line. */
export function lineId(id: string): string {
  return `row-${id}`;
}

/** An exchange as a line. */
export const RowLine = memo(function RowLine(props: RowLineProps) {
  const { row, rowIndex, isSelected, isActive, columns } = props;
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the grid has the focus and names its active row
    // biome-ignore lint/a11y/useSemanticElements: rows are virtual
    <div
      role="row"
      id={lineId(row.id)}
      data-id={row.id}
      aria-rowindex={rowIndex}
      aria-selected={isSelected}
      data-active={isActive}
      className={styles.row}
    >
      <RowCells row={row} columns={columns} />
    </div>
  );
});

interface RowCellsProps {
  readonly row: ExchangeRow;
  readonly columns: readonly Column[];
}

/** Apart: a line moves with every exchange that comes, what is in it does not change. */
const RowCells = memo(function RowCells({ row, columns }: RowCellsProps) {
  return columns.map(({ name, isEnd }) => {
    const Cell = CELLS[name];
    return (
      // biome-ignore lint/a11y/useSemanticElements: rows are virtual
      // biome-ignore lint/a11y/useFocusableInteractive: the row is what one goes to
      <div key={name} role="gridcell" data-cell={name} className={isEnd ? styles.end : styles.cell}>
        <Cell row={row} />
      </div>
    );
  });
});
