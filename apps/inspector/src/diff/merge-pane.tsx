import { useEffect, useRef } from 'react';
import styles from './diff-page.module.css';
import { mountMerge } from './mount-merge.ts';

interface MergePaneProps {
  /** For screen readers. */
  readonly label: string;
  readonly one: string;
  readonly other: string;
}

/** Two texts beside one another; on a small window below one another. For one pair: give it a `key`. */
export function MergePane({ label, one, other }: MergePaneProps) {
  const host = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another pair is another pane
  useEffect(() => {
    if (host.current === null) return undefined;
    const isNarrow = host.current.clientWidth < 640;
    return mountMerge(host.current, { label, one, other, isNarrow });
  }, []);
  return <div ref={host} className={styles.merge} />;
}
