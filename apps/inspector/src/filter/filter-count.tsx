import { useEffect, useRef } from 'react';
import type { View } from '../traffic/traffic-view.ts';
import { trafficView, useViewOf } from '../traffic/use-traffic.ts';
import { countText } from '../ui/numbers.ts';
import { announce } from '../ui/toast.tsx';
import styles from './filter-bar.module.css';

/** Milliseconds between two announcements: counts alone, or nobody could hear anything else. */
const ANNOUNCED_EVERY_MS = 5_000;

/** How many there are, for eyes at once, for ears now and then. */
export function FilterCount() {
  const text = useViewOf(countOf);
  useAnnounced();
  return <span className={styles.count}>{text}</span>;
}

/** `37 of 1,204`; without a filter `1,204 exchanges`. */
export function countOf({ rows, total, parsed, isSearching }: View): string {
  const search = isSearching && parsed.needs !== 'row' ? ', searching…' : '';
  if (parsed.chips.length > 0) return `${countText(rows.length)} of ${countText(total)}${search}`;
  return `${countText(total)} ${total === 1 ? 'exchange' : 'exchanges'}`;
}

function spokenOf(view: View): string {
  const count = countOf({ ...view, isSearching: false });
  if (view.isPaused) return `Paused, ${countText(view.waiting)} new. ${count}`;
  return view.waiting === 0 ? count : `${count}, ${countText(view.waiting)} new`;
}

/** Tells of changes, but not of what was there when the page was opened. */
function useAnnounced(): void {
  const said = useRef<string>(undefined);
  useEffect(() => {
    const timer = setInterval(() => {
      const text = spokenOf(trafficView.view());
      if (said.current !== undefined && said.current !== text) announce(text);
      said.current = text;
    }, ANNOUNCED_EVERY_MS);
    return () => clearInterval(timer);
  }, []);
}
