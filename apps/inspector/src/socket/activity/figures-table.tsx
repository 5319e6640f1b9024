import type { SocketDetail, SocketFlowDetail } from '../../api/types.ts';
import { bytesText, countText } from '../../ui/numbers.ts';
import { clockText } from '../clock-text.ts';
import { counted, DOWN, UP } from '../words.ts';
import styles from './figures-table.module.css';

type Line = readonly [name: string, read: (flow: SocketFlowDetail) => string];

const LINES: readonly Line[] = [
  ['Messages', (flow) => countText(flow.messages)],
  ['Text', (flow) => countText(flow.texts)],
  ['Binary', (flow) => countText(flow.binaries)],
  ['Bytes of messages', (flow) => bytesText(flow.bytes)],
  ['Bytes on the wire', (flow) => bytesText(flow.wireBytes)],
  [
    'Average message',
    (flow) => (flow.messages === 0 ? '–' : bytesText(Math.round(flow.averageBytes))),
  ],
  ['Largest message', (flow) => (flow.messages === 0 ? '–' : bytesText(flow.largestBytes))],
  ['Fragmented', fragmentedText],
  ['Compressed', compressedText],
  ['Pings and pongs', (flow) => `${countText(flow.pings)} and ${countText(flow.pongs)}`],
];

/** Of one that has ended there is no present. */
function rateLines(isOver: boolean): readonly Line[] {
  const text = (now: string, most: string): string =>
    isOver ? `${most} at most` : `${now} now, ${most} at most`;
  return [
    [
      'Messages/s',
      (flow) => text(countText(flow.messagesPerSecond), countText(flow.peakMessagesPerSecond)),
    ],
    ['Bytes/s', (flow) => text(bytesText(flow.bytesPerSecond), bytesText(flow.peakBytesPerSecond))],
  ];
}

/** All figures of both directions, side by side. `now`: Unix milliseconds. */
export function FiguresTable({
  socket,
  now,
  isOver,
}: {
  readonly socket: SocketDetail;
  readonly now: number;
  readonly isOver: boolean;
}) {
  const idle = (flow: SocketFlowDetail): string => lastText(flow, now);
  const { waiting } = socket;
  const held = (flow: SocketFlowDetail): string =>
    bytesText((flow === socket.up ? waiting?.up : waiting?.down) ?? 0);
  const lines: readonly Line[] = [
    ...LINES,
    ...rateLines(isOver),
    ['Last message', idle],
    ...(waiting === undefined ? [] : [['Waits to be taken', held] as const]),
  ];
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <td />
          <th scope="col" data-way={UP.arrow}>{`${UP.arrow} ${UP.words}`}</th>
          <th scope="col" data-way={DOWN.arrow}>{`${DOWN.arrow} ${DOWN.words}`}</th>
        </tr>
      </thead>
      <tbody>
        {lines.map(([name, read]) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>{read(socket.up)}</td>
            <td>{read(socket.down)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function fragmentedText({ fragmented, dataFrames, messages }: SocketFlowDetail): string {
  if (messages === 0) return '–';
  return fragmented === 0
    ? 'none'
    : `${countText(fragmented)}, in ${counted(dataFrames, 'frame')} in all`;
}

function compressedText({ compressed, messages }: SocketFlowDetail): string {
  if (messages === 0) return '–';
  if (compressed === 0) return 'none';
  return `${countText(compressed)} (${Math.round((100 * compressed) / messages)} %)`;
}

function lastText({ lastMessageAt, isInMessage }: SocketFlowDetail, now: number): string {
  if (isInMessage) return 'part of one has come';
  if (lastMessageAt === 0) return 'none yet';
  const passed = now - lastMessageAt;
  return passed < 1000 ? 'now' : `${clockText(passed)} ago`;
}
