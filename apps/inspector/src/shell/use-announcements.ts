import { useEffect } from 'react';
import { isWaiting, stateOf } from '../status/tunnel-state.ts';
import { type SessionState, useSession } from '../traffic/session.ts';
import { announce } from '../ui/toast.tsx';

/** Tells screen readers when a tunnel, or the page's own link, stands otherwise than before. */
export function useAnnouncements(): void {
  useEffect(
    () =>
      useSession.subscribe((now, before) => {
        const text = newsOf(now, before);
        if (text !== '') announce(text);
      }),
    [],
  );
}

function newsOf(now: SessionState, before: SessionState): string {
  const link = { connecting: '', live: 'The page is live', lost: 'Sellia does not answer' };
  if (now.link !== before.link && now.link !== 'locked' && before.link !== 'connecting') {
    return link[now.link];
  }
  const changed = now.status?.tunnels.filter((tunnel) => {
    const known = before.status?.tunnels.find(({ name }) => name === tunnel.name);
    return known !== undefined && known.state !== tunnel.state;
  });
  const words = changed?.map((tunnel) => `${tunnel.name}: ${wordOf(tunnel)}`) ?? [];
  return words.join(', ');
}

/** Without what counts down. */
function wordOf(tunnel: Parameters<typeof stateOf>[0]): string {
  const { text } = stateOf(isWaiting(tunnel) ? { ...tunnel, attempt: 0 } : tunnel, 0);
  return text;
}
