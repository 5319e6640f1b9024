import { parseFilter } from '@sellia/inspector/browser';
import { useId, useMemo } from 'react';
import { ListTools } from '../list/list-tools.tsx';
import { usePrefs } from '../prefs/prefs.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import styles from './filter-bar.module.css';
import { FilterChips } from './filter-chips.tsx';
import { FilterCount } from './filter-count.tsx';
import { FilterField } from './filter-field.tsx';
import { FilterProblems } from './filter-problems.tsx';
import { toggleSaved } from './kept-filters.ts';
import { QuickFilters } from './quick-filters.tsx';
import { type TypedFilter, useTypedFilter } from './use-typed-filter.ts';

/** The filter, what it finds, and what can be done with the list. */
export function FilterBar() {
  const typed = useTypedFilter();
  const problemsId = useId();
  const parsed = useMemo(() => parseFilter(typed.text), [typed.text]);
  const { problems } = parsed;
  return (
    <search className={styles.bar} aria-label="Filter and list">
      <div className={styles.line}>
        <FilterField typed={typed} problems={problems} problemsId={problemsId} />
        {typed.text === '' ? null : <FieldButtons typed={typed} />}
        <ListTools />
      </div>
      <FilterProblems id={problemsId} problems={problems} />
      <div className={styles.line}>
        <QuickFilters typed={typed} parsed={parsed} />
        <FilterCount />
      </div>
      <FilterChips typed={typed} parsed={parsed} />
    </search>
  );
}

function FieldButtons({ typed }: { readonly typed: TypedFilter }) {
  const filter = typed.text.trim();
  const isSaved = usePrefs(({ savedFilters }) => savedFilters.includes(filter));
  const label = isSaved ? 'Forget this filter' : 'Save this filter';
  return (
    <>
      <Button
        look="plain"
        isSquare
        className={styles.star}
        aria-label="Save this filter"
        aria-pressed={isSaved}
        title={label}
        onClick={() => toggleSaved(typed.text)}
      >
        <Icon name="star" />
      </Button>
      <Button
        look="plain"
        isSquare
        aria-label="Clear the filter"
        title="Clear the filter"
        onClick={() => {
          typed.set('');
          document.querySelector<HTMLElement>('[role=combobox]')?.focus();
        }}
      >
        <Icon name="cross" />
      </Button>
    </>
  );
}
