import { create } from 'zustand';
import { Button } from './button.tsx';
import { Hidden } from './hidden.tsx';
import styles from './toast.module.css';

interface ToastAction {
  readonly label: string;
  readonly onSelect: () => void;
}

interface ToastState {
  readonly text: string;
  /** Read out, not shown. */
  readonly spoken: string;
  readonly action: ToastAction | undefined;
}

/** Milliseconds that a word stays; longer when something can be done about it. */
const STAYS_MS = 4_000;
const STAYS_WITH_ACTION_MS = 10_000;

/** Milliseconds between two announcements: of those that come in between, the last one counts. */
const SPOKEN_EVERY_MS = 3_000;

const useToast = create<ToastState>(() => ({ text: '', spoken: '', action: undefined }));
let timer: ReturnType<typeof setTimeout> | undefined;
let spokenTimer: ReturnType<typeof setTimeout> | undefined;
let spokenAt = Number.NEGATIVE_INFINITY;
let toSpeak = '';

/** Says something in a corner, and to screen readers; the last word replaces the one before. */
export function say(text: string, action?: ToastAction): void {
  clearTimeout(timer);
  useToast.setState({ text, action });
  const stays = action === undefined ? STAYS_MS : STAYS_WITH_ACTION_MS;
  timer = setTimeout(() => useToast.setState({ text: '', action: undefined }), stays);
}

/** Tells screen readers alone, politely and not too often. For what changes by itself. */
export function announce(text: string): void {
  toSpeak = text;
  if (spokenTimer !== undefined) return;
  const wait = Math.max(0, spokenAt + SPOKEN_EVERY_MS - performance.now());
  spokenTimer = setTimeout(() => {
    spokenTimer = undefined;
    spokenAt = performance.now();
    useToast.setState({ spoken: toSpeak });
  }, wait);
}

/** Once in the page: its one live region. */
export function Toast() {
  const { text, spoken, action } = useToast();
  return (
    <div role="status" aria-live="polite" className={styles.place}>
      <Hidden>{spoken}</Hidden>
      {text === '' ? null : (
        <div className={styles.toast}>
          <span>{text}</span>
          {action === undefined ? null : (
            <Button
              onClick={() => {
                useToast.setState({ text: '', action: undefined });
                action.onSelect();
              }}
            >
              {action.label}
            </Button>
          )}
        </div>
      )}
    </div>
  );
}
