import { FILTER_LENGTH_MAX, type Problem } from '@sellia/inspector/browser';
import { type KeyboardEvent, useId, useLayoutEffect, useRef, useState } from 'react';
import { useCommands } from '../commands/commands.ts';
import { usePrefs } from '../prefs/prefs.ts';
import { Icon } from '../ui/icon.tsx';
import styles from './filter-field.module.css';
import { rememberFilter } from './kept-filters.ts';
import { MarkedText } from './marked-text.tsx';
import { OfferList, offerId } from './offer-list.tsx';
import { type Offer, offersFor } from './offers.ts';
import type { TypedFilter } from './use-typed-filter.ts';

interface FilterFieldProps {
  readonly typed: TypedFilter;
  readonly problems: readonly Problem[];
  /** Of the element that tells of the problems. */
  readonly problemsId: string;
}

/** Where the filter is written: a combobox (ARIA APG) with a list of what could be meant. */
export function FilterField({ typed, problems, problemsId }: FilterFieldProps) {
  const listId = useId();
  const field = useRef<HTMLInputElement>(null);
  const marked = useRef<HTMLDivElement>(null);
  const { offers, at, isOpen, setAt, openAt, close } = useOffers(typed.text, field);
  const cursor = useRef<number>(undefined);
  useCommands({ filter: () => select(field.current) });
  // biome-ignore lint/correctness/useExhaustiveDependencies: when the text has become what was chosen
  useLayoutEffect(() => {
    if (cursor.current === undefined) return;
    field.current?.setSelectionRange(cursor.current, cursor.current);
    cursor.current = undefined;
  }, [typed.text]);

  const choose = (offer: Offer): void => {
    cursor.current = offer.cursor;
    typed.set(offer.text);
    if (!offer.isOpen) rememberFilter(offer.text);
    openAt(offer.isOpen ? { text: offer.text, cursor: offer.cursor } : undefined);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const chosen = isOpen ? offers[at] : undefined;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const step = event.key === 'ArrowDown' ? 1 : -1;
      if (isOpen) setAt(around(at + step, offers.length));
      else openAt(here(field.current));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      if (chosen !== undefined) choose(chosen);
      else settle();
    } else if (event.key === 'Escape') {
      event.preventDefault();
      if (isOpen) close();
      else leave(field.current);
    }
  };
  const settle = (): void => {
    typed.settle();
    rememberFilter(typed.text);
    close();
  };
  return (
    <div className={styles.field}>
      <span className={styles.icon}>
        <Icon name="search" />
      </span>
      <div ref={marked} className={styles.marked} aria-hidden="true">
        <MarkedText text={typed.text} spans={problems} />
      </div>
      <input
        ref={field}
        type="text"
        role="combobox"
        aria-label="Filter"
        aria-autocomplete="list"
        aria-expanded={isOpen}
        aria-controls={listId}
        aria-activedescendant={isOpen && at >= 0 ? offerId(listId, at) : undefined}
        aria-invalid={problems.length > 0}
        aria-describedby={problemsId}
        placeholder="Filter: status:5xx path:/api …"
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        enterKeyHint="search"
        maxLength={FILTER_LENGTH_MAX}
        className={styles.input}
        value={typed.text}
        onChange={({ target }) => {
          typed.type(target.value);
          openAt({ text: target.value, cursor: target.selectionStart ?? target.value.length });
        }}
        onClick={() => openAt(here(field.current))}
        onScroll={({ currentTarget }) => {
          if (marked.current !== null) marked.current.scrollLeft = currentTarget.scrollLeft;
        }}
        onBlur={settle}
        onKeyDown={onKeyDown}
      />
      <OfferList id={listId} offers={isOpen ? offers : []} at={at} onChoose={choose} />
    </div>
  );
}

interface Place {
  readonly text: string;
  readonly cursor: number;
}

function here(field: HTMLInputElement | null): Place {
  const text = field?.value ?? '';
  return { text, cursor: field?.selectionStart ?? text.length };
}

/** What is offered, and which of it is chosen: -1, nothing, until somebody goes there. */
function useOffers(text: string, field: { readonly current: HTMLInputElement | null }) {
  const [place, setPlace] = useState<Place>();
  const [at, setAt] = useState(-1);
  const savedFilters = usePrefs((prefs) => prefs.savedFilters);
  const recentFilters = usePrefs((prefs) => prefs.recentFilters);
  // What was offered for another text is of no use.
  const isHere = place !== undefined && place.text === text;
  const kept = { savedFilters, recentFilters };
  const offers = isHere ? offersFor(place.text, place.cursor, kept) : [];
  const isOpen = offers.length > 0 && document.activeElement === field.current;
  const openAt = (next: Place | undefined): void => {
    setPlace(next);
    setAt(-1);
  };
  return { offers, at, isOpen, setAt, openAt, close: () => openAt(undefined) };
}

function around(at: number, count: number): number {
  return (at + count) % count;
}

function select(field: HTMLInputElement | null): boolean {
  field?.focus();
  field?.select();
  return field !== null;
}

/** Back to the list: its keys work again. */
function leave(field: HTMLInputElement | null): void {
  field?.blur();
  document.querySelector<HTMLElement>('[role=grid]')?.focus({ preventScroll: true });
}
