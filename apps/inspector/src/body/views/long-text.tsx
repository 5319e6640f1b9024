import { visibleText } from '@sellia/inspector/bodies';
import { useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { countText } from '../../ui/numbers.ts';

/** Characters that stand in a table at once, and at most. */
const SHORT = 1_000;
const LONGEST = 100_000;

/** A value of any length, cut until somebody wants to see it; what hides in it is written out. */
export function LongText({ text }: { readonly text: string }) {
  const [isWhole, setWhole] = useState(false);
  const most = isWhole ? LONGEST : SHORT;
  const shown = visibleText(text.slice(0, most).toWellFormed()).text;
  if (text.length <= most) return shown;
  return (
    <>
      {shown}…{' '}
      {isWhole ? (
        `(${countText(text.length - most)} characters more)`
      ) : (
        <Button look="plain" onClick={() => setWhole(true)}>
          Show all {countText(text.length)} characters
        </Button>
      )}
    </>
  );
}
