import { type ReactNode, useId, useLayoutEffect, useRef } from 'react';
import { Button } from './button.tsx';
import styles from './dialog.module.css';
import { Icon } from './icon.tsx';

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  /** Below the content, at its end: what can be done. */
  readonly actions?: ReactNode;
  /** `side`: a drawer at the right edge. */
  readonly place?: 'middle' | 'side' | 'top';
  readonly isWide?: boolean;
}

/**
 * A modal dialog; open for as long as it is rendered. Escape and a click beside it close it. What has
 * `data-first` gets the focus.
 */
export function Dialog(props: DialogProps) {
  const { title, onClose, children, actions, place = 'middle', isWide = false } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  // Closed while it is still in the page: only so the focus goes back to where it was.
  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    element?.querySelector<HTMLElement>('[data-first]')?.focus();
    return () => element?.close();
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape, which the element knows by itself
    <dialog
      ref={dialog}
      aria-labelledby={id}
      className={[styles.dialog, styles[place], isWide ? styles.wide : ''].join(' ')}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === dialog.current) onClose();
      }}
    >
      <div className={styles.content}>
        <div className={styles.head}>
          <h2 id={id}>{title}</h2>
          <Button look="plain" isSquare aria-label="Close" onClick={onClose}>
            <Icon name="close" />
          </Button>
        </div>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
        <div className={styles.body} tabIndex={0}>
          {children}
        </div>
        {actions === undefined ? null : <div className={styles.actions}>{actions}</div>}
      </div>
    </dialog>
  );
}
