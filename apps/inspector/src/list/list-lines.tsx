import type { ReactNode } from 'react';
import type { View } from '../traffic/traffic-view.ts';
import { countText } from '../ui/numbers.ts';
import type { Column } from './columns.ts';
import styles from './exchange-list.module.css';
import { itemAt } from './list-items.ts';
import { RowLine } from './row-line.tsx';
import { lineText } from './shown-text.ts';
import type { VirtualRows } from './virtual-rows.ts';

/** More than are in sight on any usual screen. */
const SLOTS = 128;

interface ListLinesProps {
  readonly view: View;
  readonly virtual: VirtualRows;
  readonly columns: readonly Column[];
  readonly selected: string | undefined;
  readonly active: string | undefined;
}

/** The lines that are in sight, at their place in the height of all of them. */
export function ListLines({ view, virtual, columns, selected, active }: ListLinesProps) {
  const lines: ReactNode[] = [];
  const slots = Math.max(SLOTS, virtual.count);
  for (let at = virtual.first; at < virtual.first + virtual.count; at++) {
    const item = itemAt(view, at);
    // Not by exchange: at thousands a second that would make all elements anew for each look.
    const slot = at % slots;
    // The head is the first row of the grid.
    const rowIndex = at + 2;
    if (item?.kind === 'group') {
      const { name, count } = item.group;
      lines.push(<GroupLine key={slot} name={name} count={count} rowIndex={rowIndex} />);
    } else if (item !== undefined) {
      const { row } = item;
      lines.push(
        <RowLine
          key={slot}
          row={row}
          rowIndex={rowIndex}
          isSelected={row.id === selected}
          isActive={row.id === active}
          columns={columns}
        />,
      );
    }
  }
  return (
    <div
      role={lines.length === 0 ? undefined : 'rowgroup'}
      className={styles.lines}
      style={{ height: virtual.height }}
    >
      <div
        role="presentation"
        className={styles.window}
        style={{ transform: `translateY(${virtual.above}px)` }}
      >
        {lines}
      </div>
    </div>
  );
}

interface GroupLineProps {
  readonly name: string;
  readonly count: number;
  readonly rowIndex: number;
}

function GroupLine({ name, count, rowIndex }: GroupLineProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: rows are virtual
    // biome-ignore lint/a11y/useFocusableInteractive: there is nothing to do with it
    <div role="row" aria-rowindex={rowIndex} className={styles.group}>
      {/* biome-ignore lint/a11y/useSemanticElements: rows are virtual */}
      {/* biome-ignore lint/a11y/useFocusableInteractive: there is nothing to do with it */}
      <div role="gridcell" className={styles.groupName}>
        {lineText(name)} <span className={styles.groupCount}>{countText(count)}</span>
      </div>
    </div>
  );
}
