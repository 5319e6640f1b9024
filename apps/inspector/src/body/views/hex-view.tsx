import { HEX_ROW, hexRowCount, hexRows } from '@sellia/inspector/bodies';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';
import styles from './hex-view.module.css';

/** Height of a row in rem; the style sheet has it, too. */
const ROW_REM = 1.25;

/** Bytes as hexadecimal digits and as ASCII; only the rows in view are drawn. */
export function HexView({ bytes }: { readonly bytes: Uint8Array }) {
  const scroller = useRef<HTMLDivElement>(null);
  const count = hexRowCount(bytes.length);
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: rowHeight,
    overscan: 10,
  });
  const items = virtual.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const rows = hexRows(bytes, first, items.length);
  const above = items[0]?.start ?? 0;
  const below = virtual.getTotalSize() - (items.at(-1)?.end ?? 0);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <section ref={scroller} className={styles.scroller} aria-label="Bytes" tabIndex={0}>
      <table
        aria-label="Bytes in hexadecimal"
        aria-rowcount={count + 1}
        className={styles.table}
        // The room of the rows that are not drawn.
        style={{ marginBlock: `${above}px ${below}px` }}
      >
        <thead>
          <tr aria-rowindex={1}>
            <th scope="col">Offset</th>
            <th scope="col">{COLUMNS}</th>
            <th scope="col">ASCII</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ offset, hex, ascii }, i) => (
            <tr key={offset} aria-rowindex={first + i + 2}>
              <td>{offset.toString(16).padStart(8, '0')}</td>
              <td>{hex}</td>
              <td className={styles.ascii}>{ascii}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

const COLUMNS = Array.from({ length: HEX_ROW }, (_, i) => i.toString(16).padStart(2, '0')).join(
  ' ',
);

function rowHeight(): number {
  return ROW_REM * Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
}
