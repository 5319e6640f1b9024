import { createContext, type ReactNode, useContext, useMemo, useState } from 'react';
import { Button } from '../ui/button.tsx';

interface Reveal {
  readonly isRevealed: boolean;
  readonly setRevealed: (isRevealed: boolean) => void;
}

const RevealContext = createContext<Reveal>({ isRevealed: false, setRevealed: () => undefined });

/** Below it, secrets of one exchange are hidden until somebody wants to see them. */
export function RevealScope({ children }: { readonly children: ReactNode }) {
  const [isRevealed, setRevealed] = useState(false);
  const reveal = useMemo(() => ({ isRevealed, setRevealed }), [isRevealed]);
  return <RevealContext value={reveal}>{children}</RevealContext>;
}

export function useReveal(): Reveal {
  return useContext(RevealContext);
}

/** Shows and hides all secrets at once. */
export function RevealButton() {
  const { isRevealed, setRevealed } = useReveal();
  return (
    <Button aria-pressed={isRevealed} onClick={() => setRevealed(!isRevealed)}>
      {isRevealed ? 'Hide secrets' : 'Show secrets'}
    </Button>
  );
}
