import { type KeyboardEvent, type ReactNode, useId, useRef } from 'react';
import { Button } from './button.tsx';
import styles from './menu.module.css';

export interface MenuItem {
  readonly label: string;
  readonly onSelect: () => void;
  /** Why it cannot be chosen now. */
  readonly whyNot?: string | undefined;
  /** Of one of several: this one is it. */
  readonly isChecked?: boolean;
  /** On or off by itself: the menu stays open. */
  readonly isSwitched?: boolean;
}

interface MenuProps {
  /** What is on the button. */
  readonly children: ReactNode;
  readonly label?: string;
  readonly items: readonly MenuItem[];
  readonly look?: 'edged' | 'plain';
}

/** A button that opens a menu (ARIA APG): arrows, Home, End, Escape, first letters. */
export function Menu({ children, label, items, look = 'edged' }: MenuProps) {
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const close = (): void => {
    list.current?.hidePopover();
    button.current?.focus();
  };
  const place = (): void => {
    const at = button.current?.getBoundingClientRect();
    const menu = list.current;
    if (at === undefined || menu === null) return;
    const left = Math.min(at.left, innerWidth - menu.offsetWidth - 8);
    const isBelow = at.bottom + menu.offsetHeight + 8 < innerHeight;
    menu.style.left = `${Math.max(8, left)}px`;
    menu.style.top = `${isBelow ? at.bottom + 4 : Math.max(8, at.top - menu.offsetHeight - 4)}px`;
    itemsOf(menu)[0]?.focus();
  };
  return (
    <>
      <Button
        ref={button}
        look={look}
        popoverTarget={id}
        aria-haspopup="menu"
        aria-label={label}
        isSquare={typeof children === 'string' && children.length === 1}
      >
        {children}
      </Button>
      <div
        ref={list}
        id={id}
        popover="auto"
        role="menu"
        aria-label={label ?? (typeof children === 'string' ? children : 'Menu')}
        className={styles.menu}
        onBeforeToggle={(event) => {
          event.currentTarget.style.visibility = 'hidden';
        }}
        onToggle={(event) => {
          event.currentTarget.style.visibility = '';
          if (event.newState === 'open') place();
        }}
        onKeyDown={onMenuKey}
      >
        {items.map(({ label: text, onSelect, whyNot, isChecked, isSwitched }) => (
          <button
            key={text}
            type="button"
            {...roleOf(isChecked, isSwitched)}
            aria-disabled={whyNot !== undefined}
            title={whyNot}
            tabIndex={-1}
            className={styles.item}
            onClick={() => {
              if (whyNot !== undefined) return;
              if (isSwitched === undefined) close();
              onSelect();
            }}
          >
            {text}
            {whyNot === undefined ? null : <span className={styles.why}>{whyNot}</span>}
          </button>
        ))}
      </div>
    </>
  );
}

function roleOf(isChecked?: boolean, isSwitched?: boolean) {
  if (isSwitched !== undefined) return { role: 'menuitemcheckbox', 'aria-checked': isSwitched };
  if (isChecked !== undefined) return { role: 'menuitemradio', 'aria-checked': isChecked };
  return { role: 'menuitem' };
}

function itemsOf(menu: HTMLElement): HTMLElement[] {
  return [...menu.querySelectorAll<HTMLElement>('button')];
}

function onMenuKey(event: KeyboardEvent<HTMLElement>): void {
  const items = itemsOf(event.currentTarget);
  const at = items.indexOf(document.activeElement as HTMLElement);
  const to = nextItem(event.key, at, items);
  event.stopPropagation();
  // Whoever goes on leaves nothing open behind that covers where they go.
  if (event.key === 'Tab') event.currentTarget.hidePopover();
  if (to === undefined) return;
  event.preventDefault();
  items[to]?.focus();
}

function nextItem(key: string, at: number, items: readonly HTMLElement[]): number | undefined {
  if (key === 'ArrowDown') return (at + 1) % items.length;
  if (key === 'ArrowUp') return (at + items.length - 1) % items.length;
  if (key === 'Home') return 0;
  if (key === 'End') return items.length - 1;
  if (key.length !== 1 || key === ' ') return undefined;
  const begins = (item: HTMLElement): boolean =>
    item.textContent.toLowerCase().startsWith(key.toLowerCase());
  const later = items.findIndex((item, i) => i > at && begins(item));
  const found = later >= 0 ? later : items.findIndex(begins);
  return found < 0 ? undefined : found;
}
