import { create } from 'zustand';
import { Button } from './button.tsx';
import styles from './toast.module.css';

interface ToastAction {
  readonly label: string;
  readonly onSelect: () => void;
}

interface ToastState {
  readonly text: string;
  readonly action: ToastAction | undefined;
}

/** Milliseconds that a word stays; longer when something can be done about it. */
const STAYS_MS = 4_000;
const STAYS_WITH_ACTION_MS = 10_000;

const useToast = create<ToastState>(() => ({ text: '', action: undefined }));
let timer: ReturnType<typeof setTimeout> | undefined;

/** Says something in a corner, and to screen readers; the last word replaces the one before. */
export function say(text: string, action?: ToastAction): void {
  clearTimeout(timer);
  useToast.setState({ text, action });
  const stays = action === undefined ? STAYS_MS : STAYS_WITH_ACTION_MS;
  timer = setTimeout(() => useToast.setState({ text: '', action: undefined }), stays);
}

/** Once in the page. */
export function Toast() {
  const { text, action } = useToast();
  return (
    <div role="status" aria-live="polite" className={styles.place}>
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
