import { useSession } from '../traffic/session.ts';
import { Pill } from '../ui/pill.tsx';

const SHOWN = {
  connecting: { tone: 'warn', text: 'Connecting' },
  live: { tone: 'good', text: 'Live' },
  lost: { tone: 'bad', text: 'Lost, retrying' },
  locked: { tone: 'bad', text: 'Locked' },
} as const;

/** How this page stands with the program that it looks into; not the tunnel's own connection. */
export function LinkPill() {
  const link = useSession((session) => session.link);
  const { tone, text } = SHOWN[link];
  return (
    <Pill tone={tone} title="This page and Sellia on this machine">
      {text}
    </Pill>
  );
}
