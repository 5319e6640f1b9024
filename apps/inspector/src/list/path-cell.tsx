import type { ExchangeRow, SocketRow } from '../api/types.ts';
import { maskTarget } from '../settings/masking.ts';
import { TagWords } from '../tags/tag-words.tsx';
import { bytesText, countText } from '../ui/numbers.ts';
import { Pill } from '../ui/pill.tsx';
import { badgesOf } from './badges.ts';
import styles from './cells.module.css';
import { closeLook } from './row-state.ts';
import { lineText, targetParts, titleText } from './shown-text.ts';

/** The path with its query, and what is to be said of the exchange. */
export function PathCell({ row }: { readonly row: ExchangeRow }) {
  const target = maskTarget(row.target);
  const [path, query] = targetParts(target);
  return (
    <>
      <span className={styles.target} title={titleText(target)}>
        {lineText(path)}
        {query === '' ? null : <span className={styles.query}>{lineText(query)}</span>}
      </span>
      <TagWords tags={row.tags} />
      <span className={styles.badges}>
        {badgesOf(row).map(({ text, tone, title }) => (
          <Pill key={text} tone={tone} title={titleText(title)}>
            {text}
          </Pill>
        ))}
        {row.socket === undefined ? null : <Flows socket={row.socket} row={row} />}
      </span>
    </>
  );
}

interface FlowsProps {
  readonly socket: SocketRow;
  readonly row: ExchangeRow;
}

/** Messages and bytes each way, and the close code. */
function Flows({ socket, row }: FlowsProps) {
  const { up, down, close } = socket;
  return (
    <>
      <Flow arrow="↑" messages={up.messages} bytes={row.requestBytes} title="from the visitor" />
      <Flow arrow="↓" messages={down.messages} bytes={row.responseBytes} title="to the visitor" />
      {close === undefined ? null : <Close {...close} />}
    </>
  );
}

interface FlowProps {
  readonly arrow: string;
  readonly messages: number;
  readonly bytes: number;
  readonly title: string;
}

function Flow({ arrow, messages, bytes, title }: FlowProps) {
  const count = `${countText(messages)} ${messages === 1 ? 'message' : 'messages'}`;
  return (
    <span className={styles.flow} title={`${count}, ${bytesText(bytes)} ${title}`}>
      {arrow}
      {countText(messages)}
      <span className={styles.flowBytes}> · {bytesText(bytes)}</span>
    </span>
  );
}

function Close({ code, reason }: { readonly code: number; readonly reason: string }) {
  const { tone, title } = closeLook(code, reason);
  return (
    <Pill tone={tone} title={titleText(title)}>
      {code}
    </Pill>
  );
}
