import { useEffect, useRef, useState } from 'react';
import { api } from '../api/api.ts';
import type { ExchangeRow } from '../api/types.ts';
import { say } from '../ui/toast.tsx';

interface Tags {
  readonly tags: readonly string[];
  readonly change: (tags: readonly string[]) => void;
}

const NONE: readonly string[] = [];

/**
 * Tags of an exchange: those that were asked for here, until the inspector tells otherwise. Changes are
 * sent one after the other, since each names all tags.
 */
export function useTags({ id, tags: told = NONE }: ExchangeRow): Tags {
  const [asked, setAsked] = useState<readonly string[]>();
  const sent = useRef(Promise.resolve());
  const waiting = useRef(0);
  // No tag has a line break.
  const known = told.join('\n');
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is what says that they are others
  useEffect(() => {
    if (waiting.current === 0) setAsked(undefined);
  }, [known]);
  const send = async (tags: readonly string[]): Promise<void> => {
    await api.mark(id, { tags }).catch((error: Error) => {
      setAsked(undefined);
      say(error.message);
    });
    waiting.current--;
  };
  const change = (tags: readonly string[]): void => {
    setAsked(tags);
    waiting.current++;
    sent.current = sent.current.then(() => send(tags));
  };
  return { tags: asked ?? told, change };
}
