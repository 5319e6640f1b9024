import { describe, type ParsedFilter } from '@sellia/inspector/browser';
import { Icon } from '../ui/icon.tsx';
import styles from './filter-bar.module.css';
import { removeChip } from './filter-terms.ts';
import type { TypedFilter } from './use-typed-filter.ts';

interface FilterChipsProps {
  readonly typed: TypedFilter;
  readonly parsed: ParsedFilter;
}

/** What has to hold, one by one, each to be taken out; and all of it as a sentence. */
export function FilterChips({ typed, parsed }: FilterChipsProps) {
  const { chips, filter } = parsed;
  if (chips.length === 0) return null;
  return (
    <div className={styles.line}>
      <ul className={styles.chips} aria-label="Parts of the filter">
        {chips.map((chip) => (
          <li key={chip.start} className={styles.chip}>
            <code>{chip.text}</code>
            <button
              type="button"
              aria-label={`Take out ${chip.text}`}
              onClick={(event) => {
                // Not into nothing, when the button goes.
                event.currentTarget.closest('search')?.querySelector('input')?.focus();
                typed.set(removeChip(typed.text, chip));
              }}
            >
              <Icon name="cross" />
            </button>
          </li>
        ))}
      </ul>
      <p className={styles.sentence}>Shown: {describe(filter)}.</p>
    </div>
  );
}
