import { useEffect, useRef } from 'react';
import styles from './offer-list.module.css';
import type { Offer } from './offers.ts';

interface OfferListProps {
  readonly id: string;
  /** None: it is closed. */
  readonly offers: readonly Offer[];
  readonly at: number;
  readonly onChoose: (offer: Offer) => void;
}

/** Id of the element of an offer. */
export function offerId(listId: string, at: number): string {
  return `${listId}-${at}`;
}

/** What can be chosen, each with a sentence; the field keeps the focus. */
export function OfferList({ id, offers, at, onChoose }: OfferListProps) {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.children[at]?.scrollIntoView({ block: 'nearest' });
  }, [at]);
  return (
    <div
      ref={list}
      id={id}
      role="listbox"
      aria-label="Suggestions"
      hidden={offers.length === 0}
      className={styles.list}
    >
      {offers.map((offer, i) => (
        // biome-ignore lint/a11y/useFocusableInteractive: the field has the focus and names the option
        // biome-ignore lint/a11y/useKeyWithClickEvents: Enter, in the field
        <div
          key={`${offer.sentence} ${offer.label}`}
          id={offerId(id, i)}
          role="option"
          aria-selected={i === at}
          className={styles.offer}
          // The field must not lose the focus before the click.
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onChoose(offer)}
        >
          <code className={styles.label}>{offer.label}</code>
          <span className={styles.sentence}>{offer.sentence}</span>
        </div>
      ))}
    </div>
  );
}
