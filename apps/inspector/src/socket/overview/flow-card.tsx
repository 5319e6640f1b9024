import type { SocketFlow, SocketFlowDetail } from '../../api/types.ts';
import { bytesText, countText } from '../../ui/numbers.ts';
import { Sparkline } from '../../ui/sparkline.tsx';
import { counted, type Way } from '../words.ts';
import styles from './flow-card.module.css';

interface FlowCardProps {
  readonly way: Way;
  readonly flow: SocketFlow;
  /** With its rates; undefined until they were read. */
  readonly detail: SocketFlowDetail | undefined;
  /** The connection has ended. */
  readonly isOver: boolean;
}

/** One direction at a glance: how much, how fast, and its last minute. */
export function FlowCard({ way, flow, detail, isOver }: FlowCardProps) {
  const seconds = detail?.messageSeconds.slice(0, -1) ?? [];
  const peak = Math.max(0, ...seconds);
  const now = detail?.messagesPerSecond ?? 0;
  return (
    <section className={styles.card} data-way={way.arrow} aria-label={way.words}>
      <h4 className={styles.title}>{way.words}</h4>
      <p className={styles.figures}>
        <span>
          <strong className={styles.count}>{countText(flow.messages)}</strong>{' '}
          {flow.messages === 1 ? 'message' : 'messages'}
        </span>
        <span>{bytesText(flow.bytes)}</span>
      </p>
      <div className={styles.curve}>
        <Sparkline
          values={seconds}
          label={`Messages a second in ${isOver ? 'its' : 'the'} last minute: ${isOver ? '' : `${now} now, `}${peak} at most`}
        />
      </div>
      <p className={styles.rate}>
        {isOver
          ? `At most ${counted(detail?.peakMessagesPerSecond ?? 0, 'message')}/s · ${bytesText(detail?.peakBytesPerSecond ?? 0)}/s`
          : `${counted(now, 'message')}/s · ${bytesText(detail?.bytesPerSecond ?? 0)}/s`}
      </p>
    </section>
  );
}
