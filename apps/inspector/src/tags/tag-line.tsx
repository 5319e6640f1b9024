import { parseFilter } from '@sellia/inspector/browser';
import { type MouseEvent, useEffect } from 'react';
import type { ExchangeRow } from '../api/types.ts';
import { hasTerm, tagTerm, toggleTerm } from '../filter/filter-terms.ts';
import { useFilterText } from '../prefs/address.ts';
import { Icon } from '../ui/icon.tsx';
import { visibleLine } from '../ui/visible-line.ts';
import { useTagEditor } from './tag-editor.ts';
import { TagField } from './tag-field.tsx';
import styles from './tags.module.css';
import { useTags } from './use-tags.ts';

/** The tags of an exchange, to filter by and to take away, and the field for one more. */
export function TagLine({ row }: { readonly row: ExchangeRow }) {
  const { tags, change } = useTags(row);
  const { asked, open, close } = useTagEditor();
  useEffect(() => close, [close]);
  const remove = (tag: string, button: HTMLElement): void => {
    if (tags.length === 1) open();
    else focusBeside(button);
    change(tags.filter((each) => each !== tag));
  };
  if (tags.length === 0 && asked === 0) return null;
  return (
    <div className={styles.line}>
      {tags.length === 0 ? null : (
        <ul aria-label="Tags" className={styles.chips}>
          {tags.map((tag) => (
            <TagChip
              key={tag}
              tag={tag}
              onRemove={({ currentTarget }) => remove(tag, currentTarget)}
            />
          ))}
        </ul>
      )}
      {asked === 0 ? null : <TagField asked={asked} tags={tags} onTags={change} onClose={close} />}
    </div>
  );
}

interface TagChipProps {
  readonly tag: string;
  readonly onRemove: (event: MouseEvent<HTMLElement>) => void;
}

function TagChip({ tag, onRemove }: TagChipProps) {
  const [filter, setFilter] = useFilterText();
  const term = tagTerm(tag);
  const text = visibleLine(tag);
  return (
    <li className={styles.chip}>
      <button
        type="button"
        className={styles.word}
        aria-label={`Filter by ${text}`}
        aria-pressed={hasTerm(parseFilter(filter), term)}
        title="Show only what has this tag"
        onClick={() => setFilter(toggleTerm(filter, term))}
      >
        <bdi>{text}</bdi>
      </button>
      <button
        type="button"
        className={styles.remove}
        aria-label={`Remove the tag ${text}`}
        title="Remove"
        onClick={onRemove}
      >
        <Icon name="cross" />
      </button>
    </li>
  );
}

/** Not into nothing, when the button goes. */
function focusBeside(button: HTMLElement): void {
  const chip = button.closest('li');
  const beside = chip?.nextElementSibling ?? chip?.previousElementSibling;
  beside?.querySelector<HTMLElement>('button:last-child')?.focus();
}
