import type { TunnelStatus } from '../api/types.ts';
import { usePrefs } from '../prefs/prefs.ts';
import { Fact, Facts } from '../ui/facts.tsx';
import { dateTimeText } from '../ui/numbers.ts';
import { Pill } from '../ui/pill.tsx';
import { visibleLine } from '../ui/visible-line.ts';

const HEALTH = {
  unknown: { tone: 'plain', text: 'Not asked yet' },
  answers: { tone: 'good', text: 'Answers' },
  refuses: { tone: 'bad', text: 'Refuses connections' },
  fails: { tone: 'bad', text: 'Fails' },
} as const;

/** The server on this machine, by what became of the last request that it had. */
export function UpstreamFacts({ tunnel: { target, upstream } }: { readonly tunnel: TunnelStatus }) {
  const isUtc = usePrefs((prefs) => prefs.isUtc);
  const { tone, text } = HEALTH[upstream.state];
  const { since, lastAnswerAt, reason, code } = upstream;
  return (
    <Facts>
      <Fact name="Address">{target}</Fact>
      <Fact name="Health">
        <Pill tone={tone}>{text}</Pill>
        {since === 0 ? null : ` since ${dateTimeText(since, isUtc)}`}
      </Fact>
      <Fact name="Why">{reason === '' ? '' : `${visibleLine(reason)} (${code})`}</Fact>
      <Fact name="Last answer">{lastAnswerAt === 0 ? '' : dateTimeText(lastAnswerAt, isUtc)}</Fact>
    </Facts>
  );
}
