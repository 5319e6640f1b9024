import { createContext, type ReactNode, useContext, useMemo, useState } from 'react';
import { Button } from '../ui/button.tsx';

interface Reveal {
  readonly isRevealed: boolean;
  /** Undefined outside of a scope: there, each secret is shown by itself alone. */
  readonly setRevealed: ((isRevealed: boolean) => void) | undefined;
}

const RevealContext = createContext<Reveal>({ isRevealed: false, setRevealed: undefined });

/** Below it, secrets of one exchange are hidden until somebody wants to see them. */
export function RevealScope({ children }: { readonly children: ReactNode }) {
  const [isRevealed, setRevealed] = useState(false);
  const reveal = useMemo((): Reveal => ({ isRevealed, setRevealed }), [isRevealed]);
  return <RevealContext value={reveal}>{children}</RevealContext>;
}

export function useReveal(): Reveal {
  return useContext(RevealContext);
}

/** Shows and hides all secrets at once. */
export function RevealButton() {
  const { isRevealed, setRevealed } = useReveal();
  if (setRevealed === undefined) return null;
  return (
    <Button aria-pressed={isRevealed} onClick={() => setRevealed(!isRevealed)}>
      {isRevealed ? 'Hide secrets' : 'Show secrets'}
    </Button>
  );
}
