import { type RefObject, useLayoutEffect, useState } from 'react';

/** What the style sheet makes of the list, by density, size of letters, and the room it has. */
export interface Measures {
  /** Pixels of a line. */
  readonly rowHeight: number;
  /** Pixels of the list, at the usual size of letters. */
  readonly room: number;
}

const USUAL: Measures = { rowHeight: 28, room: 0 };

/** `probe` is as high as a line and as wide as the list. */
export function useMeasures(probe: RefObject<HTMLElement | null>): Measures {
  const [measures, setMeasures] = useState(USUAL);
  useLayoutEffect(() => {
    const element = probe.current;
    if (element === null) return;
    const measure = (): void => {
      const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
      const { offsetHeight, offsetWidth } = element;
      setMeasures({
        rowHeight: offsetHeight || USUAL.rowHeight,
        room: (offsetWidth * 16) / (rem || 16),
      });
    };
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, [probe]);
  return measures;
}
