import { opcodeName, visibleText } from '@sellia/inspector/browser';
import type { MessageReading } from '@sellia/inspector/messages';
import type { SocketMessage } from '../../api/types.ts';
import { usePrefs } from '../../prefs/prefs.ts';
import { bytesText, timeText } from '../../ui/numbers.ts';
import { DOWN, UP } from '../words.ts';
import styles from './message-row.module.css';
import { plainSize } from './message-size.ts';

interface MessageRowProps {
  readonly id: string;
  readonly message: SocketMessage;
  readonly reading: MessageReading;
  readonly isSelected: boolean;
  /** From 1, among all that are shown. */
  readonly place: number;
  readonly count: number;
  readonly onSelect: () => void;
}

/** Kinds that a line does not name: its opcode says as much. */
const UNNAMED = new Set(['text', 'binary', 'empty']);

/** One message as a line: who sent it, when, how much, what it is, and how it begins. */
export function MessageRow(props: MessageRowProps) {
  const { id, message, reading, isSelected, place, count, onSelect } = props;
  const isUtc = usePrefs((prefs) => prefs.isUtc);
  const { opcode, direction, atMs, note, isOwn } = message;
  const way = direction === 'request' ? UP : DOWN;
  const kind = UNNAMED.has(reading.kind) ? '' : reading.kind;
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the list has the focus (aria-activedescendant)
    // biome-ignore lint/a11y/useKeyWithClickEvents: ... and its keys
    <div
      id={id}
      role="option"
      aria-selected={isSelected}
      aria-posinset={place}
      aria-setsize={count}
      className={styles.row}
      data-way={way.arrow}
      onClick={onSelect}
    >
      <span className={styles.way}>{direction === 'request' ? 'visitor' : 'app'}</span>
      <span className={styles.time}>{timeText(atMs, isUtc)}</span>
      <span className={styles.size}>{bytesText(plainSize(message))}</span>
      <span className={styles.opcode} data-control={opcode >= 8}>
        {opcodeName(opcode)}
      </span>
      <span className={styles.preview}>
        {isOwn ? <span className={styles.own}>sent from here</span> : null}
        {kind === '' ? null : <span className={styles.kind}>{kind}</span>}
        {note === '' ? null : <span className={styles.note}>{note} </span>}
        {visibleText(reading.summary).text}
      </span>
    </div>
  );
}
