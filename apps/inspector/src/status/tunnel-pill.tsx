import type { TunnelStatus } from '../api/types.ts';
import { useIsOfBefore } from '../traffic/session.ts';
import { useNow } from '../ui/now.ts';
import { Pill } from '../ui/pill.tsx';
import { visibleLine } from '../ui/visible-line.ts';
import { isWaiting, stateOf } from './tunnel-state.ts';

const COUNT_MS = 500;

/** How a tunnel stands, now; it counts down to the next attempt. */
export function TunnelPill({ tunnel }: { readonly tunnel: TunnelStatus }) {
  const now = useNow(COUNT_MS, isWaiting(tunnel));
  const isOfBefore = useIsOfBefore();
  if (isOfBefore)
    return (
      <Pill tone="plain" title="The tunnel: Sellia does not answer">
        Not known
      </Pill>
    );
  const { tone, text } = stateOf(tunnel, now);
  return (
    <Pill
      tone={tone}
      title={tunnel.reason === '' ? 'The tunnel' : `The tunnel: ${visibleLine(tunnel.reason)}`}
    >
      {text}
    </Pill>
  );
}
