import { type KeyboardEvent, type PointerEvent, useRef } from 'react';
import styles from './splitter.module.css';

interface SplitterProps {
  /** Share that the first pane takes, 0 to 1. */
  readonly share: number;
  readonly onShare: (share: number) => void;
  readonly controls: string;
}

const LEAST = 0.2;
const STEP = 0.05;

/** Between two panes side by side: dragged, moved by arrows, or a double click for halves. */
export function Splitter({ share, onShare, controls }: SplitterProps) {
  const bar = useRef<HTMLDivElement>(null);
  const set = (wanted: number): void => onShare(Math.min(1 - LEAST, Math.max(LEAST, wanted)));
  const onPointerMove = (event: PointerEvent): void => {
    const room = bar.current?.parentElement?.getBoundingClientRect();
    if (room === undefined || !bar.current?.hasPointerCapture(event.pointerId)) return;
    set((event.clientX - room.left) / room.width);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const steps = { ArrowLeft: -STEP, ArrowRight: STEP }[event.key];
    if (steps === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    set(share + steps);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a rule is no handle
    <div
      ref={bar}
      role="separator"
      aria-label="Width of the list"
      aria-orientation="vertical"
      aria-controls={controls}
      aria-valuemin={LEAST * 100}
      aria-valuemax={(1 - LEAST) * 100}
      aria-valuenow={Math.round(share * 100)}
      tabIndex={0}
      className={styles.splitter}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={onPointerMove}
      onDoubleClick={() => set(0.5)}
      onKeyDown={onKeyDown}
    />
  );
}
