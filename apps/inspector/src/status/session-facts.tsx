import type { TunnelStatus } from '../api/types.ts';
import { usePrefs } from '../prefs/prefs.ts';
import { Fact, Facts } from '../ui/facts.tsx';
import { useNow } from '../ui/now.ts';
import { countText, dateTimeText, durationText } from '../ui/numbers.ts';
import { Sparkline } from '../ui/sparkline.tsx';
import { visibleLine } from '../ui/visible-line.ts';
import styles from './session-facts.module.css';

/** The relay, what is spoken with it, how far it is, and what it allows. */
export function SessionFacts({ tunnel }: { readonly tunnel: TunnelStatus }) {
  const isUtc = usePrefs((prefs) => prefs.isUtc);
  const { link, streams, sockets, state } = tunnel;
  const now = useNow(1000, state === 'public');
  if (link === undefined) return <p className={styles.none}>It has not been connected yet.</p>;
  const free = Math.max(0, link.maxStreams - streams);
  return (
    <Facts>
      <Fact name="Relay">{link.relay}</Fact>
      <Fact name="Versions">
        {`${visibleLine(link.relayAgent) || 'a relay that does not say'}; this side ${link.agent}; protocol ${link.version}`}
      </Fact>
      <Fact name="Connected since">
        {dateTimeText(link.connectedAt, isUtc)}
        {state === 'public' ? `, for ${upText(now - link.connectedAt)}` : null}
      </Fact>
      <Fact name="Round trip">
        <RoundTrips tunnel={tunnel} />
      </Fact>
      <Fact name="Exchanges at once">
        {`${countText(streams)} of at most ${countText(link.maxStreams)}; ${countText(free)} left`}
      </Fact>
      <Fact name="Local connections">{countText(sockets)}</Fact>
      <Fact name="After a loss">
        {link.graceMs === 0
          ? 'exchanges end with the connection'
          : `exchanges wait ${durationText(link.graceMs)} for the connection to come back`}
      </Fact>
      <Fact name="Session">{link.session}</Fact>
    </Facts>
  );
}

/** Whole seconds: it counts up. */
function upText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  return seconds < 60 ? `${seconds} s` : durationText(seconds * 1000);
}

function RoundTrips({ tunnel: { roundTrips } }: { readonly tunnel: TunnelStatus }) {
  const { nowMs, minMs, p95Ms, samples } = roundTrips;
  const text = `now ${durationText(nowMs)}, least ${durationText(minMs)}, p95 ${durationText(p95Ms)}`;
  return (
    <span className={styles.trips}>
      {text}
      <Sparkline values={samples} label={`Round trips of the last minute: ${text}`} />
    </span>
  );
}
