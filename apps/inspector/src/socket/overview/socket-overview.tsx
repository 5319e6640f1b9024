import { CapturedText } from '../../detail/captured-text.tsx';
import { publicUrl } from '../../detail/exchange-url.ts';
import { Secret } from '../../detail/secret.tsx';
import { usePrefs } from '../../prefs/prefs.ts';
import { maskTarget } from '../../settings/masking.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Fact, Facts } from '../../ui/facts.tsx';
import { bytesText, dateTimeText, durationText } from '../../ui/numbers.ts';
import { Section } from '../../ui/section.tsx';
import { clockText } from '../clock-text.ts';
import { isLive, type SocketView } from '../socket-view.ts';
import { StatePill } from '../state-pill.tsx';
import { DOWN, UP } from '../words.ts';
import { EndCard } from './end-card.tsx';
import { endingOf } from './ending.ts';
import { FlowCard } from './flow-card.tsx';
import { lifecycle } from './lifecycle.ts';
import { PingText } from './ping-text.tsx';
import styles from './socket-overview.module.css';
import { Timeline } from './timeline.tsx';

/** A WebSocket at a glance: how it is, what goes through, what happened, and how it ended. */
export function SocketOverview(view: SocketView) {
  const { row, detail, socket } = view;
  const ending = endingOf(row, socket);
  return (
    <>
      <Section title="Connection">
        <ConnectionFacts {...view} />
      </Section>
      {ending === undefined ? null : (
        <Section title={row.socket === undefined ? 'Rejection' : 'Close'}>
          <EndCard ending={ending} />
        </Section>
      )}
      {row.socket === undefined ? null : (
        <Section title="Traffic">
          <div className={styles.flows}>
            <FlowCard way={UP} flow={row.socket.up} detail={socket?.up} isOver={!isLive(row)} />
            <FlowCard
              way={DOWN}
              flow={row.socket.down}
              detail={socket?.down}
              isOver={!isLive(row)}
            />
          </div>
        </Section>
      )}
      <Section title="Lifecycle">
        <Timeline steps={lifecycle(row, detail.timing, socket)} />
      </Section>
    </>
  );
}

function ConnectionFacts({ row, detail, socket, now }: SocketView) {
  const isUtc = usePrefs((prefs) => prefs.isUtc);
  const url = publicUrl(row);
  return (
    <Facts>
      <Fact name="State">
        <StatePill row={row} />
      </Fact>
      <Fact name="URL">
        <span className={styles.url}>
          <code>
            <Secret text={url} masked={maskTarget(url)} name="the WebSocket URL" most={500} />
          </code>
          <CopyButton text={url} what="the WebSocket URL" />
        </span>
      </Fact>
      <Fact name="Subprotocol">
        {row.socket === undefined ? (
          ''
        ) : (
          <CapturedText text={row.socket.subprotocol || 'none'} most={200} />
        )}
      </Fact>
      <Fact name="Duration">
        <span className={styles.ticking}>
          {isLive(row) ? clockText(now - row.startedAt) : durationText(row.durationMs)}
        </span>
        {isLive(row) && socket !== undefined ? `, ${idleText(socket.idleMs)}` : ''}
      </Fact>
      <Fact name="Begun">{dateTimeText(row.startedAt, isUtc)}</Fact>
      <Fact name="Visitor">
        {row.visitor}
        {detail.tlsVersion === '' ? '' : ` over ${detail.tlsVersion}`}
      </Fact>
      <Fact name="Round trip">
        {socket === undefined ? '' : <PingText socket={socket} isOver={!isLive(row)} />}
      </Fact>
      <Fact name="On the wire">
        {row.socket === undefined
          ? ''
          : `${bytesText(row.requestBytes)} up, ${bytesText(row.responseBytes)} down`}
      </Fact>
    </Facts>
  );
}

function idleText(idleMs: number): string {
  if (idleMs < 2_000) return 'in use now';
  return `idle for ${clockText(idleMs)}`;
}
