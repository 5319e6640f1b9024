import type { ExchangeDetail, ExchangeTiming } from '../api/types.ts';
import { Fact, Facts } from '../ui/facts.tsx';
import { durationText } from '../ui/numbers.ts';
import { Section } from '../ui/section.tsx';
import { ServerTimes } from './server-times.tsx';
import { isOver } from './state-words.ts';
import { stepsOf } from './timing-steps.ts';
import styles from './timing-tab.module.css';
import { Waterfall } from './waterfall.tsx';

/** Where the time went. */
export function TimingTab({ detail }: { readonly detail: ExchangeDetail }) {
  const { row, timing, response } = detail;
  const steps = stepsOf(timing);
  return (
    <>
      <Section title="Steps">
        {steps.length === 0 ? null : <Waterfall steps={steps} />}
        <p className={styles.note}>{noteOf(detail)}</p>
      </Section>
      <Section title="Sums">
        <Facts>
          <Fact name="First byte from your app">{known(timing.firstByteMs)}</Fact>
          <Fact name="All of it at the client">
            {isOver(row) ? durationText(timing.durationMs) : 'Not over yet'}
          </Fact>
          <Fact name="First byte to the visitor">{known(timing.visitorFirstByteMs)}</Fact>
          <Fact name="All of it to the visitor">{known(timing.visitorTotalMs)}</Fact>
          <Fact name="Clock difference">{clockText(timing)}</Fact>
        </Facts>
      </Section>
      <ServerTimes headers={response.headers} totalMs={timing.firstByteMs} />
    </>
  );
}

function known(ms: number): string | undefined {
  return ms < 0 ? undefined : durationText(ms);
}

function noteOf({ row, timing }: ExchangeDetail): string {
  if (row.state === 'refused') return 'The relay answered by itself; it tells no times.';
  if (!isOver(row)) return 'It is not over; most times are told at its end.';
  if (row.replayOf !== '')
    return 'Sent from here, not through the relay: times begin at the client.';
  return timing.visitorTotalMs < 0
    ? 'The relay has told no times; they begin at the client.'
    : 'Times begin when the relay had the head of the request.';
}

/** Two machines, two clocks. */
function clockText({ clockDifferenceMs, visitorTotalMs }: ExchangeTiming): string | undefined {
  if (visitorTotalMs < 0) return undefined;
  if (clockDifferenceMs === undefined) {
    return 'Not known: the time from relay to client is only as right as both clocks are.';
  }
  if (Math.round(clockDifferenceMs) === 0) return 'None, as estimated from pings.';
  const away = durationText(Math.abs(clockDifferenceMs));
  const where = clockDifferenceMs < 0 ? 'behind' : 'ahead of';
  return `Estimated from pings: the client’s clock is ${away} ${where} the relay’s. This was taken off.`;
}
