import { useMemo } from 'react';
import { usePrefs } from '../../prefs/prefs.ts';

/** Pixels of a line of a list, which the density decides; the token says it in rem. */
export function useRowHeight(): number {
  const density = usePrefs((prefs) => prefs.density);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the tokens follow the density
  return useMemo(() => {
    const style = getComputedStyle(document.documentElement);
    const rem = Number.parseFloat(style.fontSize);
    return Number.parseFloat(style.getPropertyValue('--row')) * rem;
  }, [density]);
}
