import { TAG, TAG_RULE, TAGS_MAX, TAGS_RULE, tagsOf } from '@sellia/inspector/browser';
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { seenValues } from '../traffic/seen-values.ts';
import { traffic } from '../traffic/session.ts';
import { Button } from '../ui/button.tsx';
import { say } from '../ui/toast.tsx';
import styles from './tags.module.css';

interface TagFieldProps {
  /** Another number takes the focus. */
  readonly asked: number;
  readonly tags: readonly string[];
  readonly onTags: (tags: readonly string[]) => void;
  readonly onClose: () => void;
}

/** Where a tag is written; Enter and a comma end one. Knows the tags of the list. */
export function TagField({ asked, tags, onTags, onClose }: TagFieldProps) {
  const [text, setText] = useState('');
  const field = useRef<HTMLInputElement>(null);
  const listId = useId();
  // biome-ignore lint/correctness/useExhaustiveDependencies: each time that it is asked for
  useEffect(() => field.current?.focus(), [asked]);
  const add = (typed: string): void => setText(addedTo(tags, typed, onTags) ? '' : typed);
  const close = (): void => {
    field.current?.closest('aside')?.focus();
    onClose();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Escape' || (event.key === 'Enter' && text.trim() === '')) close();
    else if (event.key === 'Enter') add(text);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className={styles.editor}>
      <input
        ref={field}
        type="text"
        aria-label="New tag"
        placeholder="New tag"
        list={listId}
        autoCapitalize="off"
        spellCheck={false}
        enterKeyHint="done"
        className={styles.field}
        value={text}
        onChange={({ target: { value } }) => (value.includes(',') ? add(value) : setText(value))}
        onKeyDown={onKeyDown}
      />
      <datalist id={listId}>
        {offered(tags).map((tag) => (
          <option key={tag} value={tag} />
        ))}
      </datalist>
      <Button
        onClick={() => {
          add(text);
          field.current?.focus();
        }}
      >
        Add
      </Button>
      <Button look="plain" onClick={close}>
        Done
      </Button>
    </div>
  );
}

/** False, and said why, where there is something that cannot be a tag. */
function addedTo(tags: readonly string[], typed: string, onTags: TagFieldProps['onTags']): boolean {
  const words = typed.split(',').map((word) => word.trim());
  const added = words.filter((word) => word !== '');
  const wanted = tagsOf([...tags, ...added]);
  const isRight = added.every((word) => TAG.test(word));
  if (!isRight || wanted.length > TAGS_MAX) {
    say(isRight ? TAGS_RULE : TAG_RULE);
    return false;
  }
  if (wanted.length > tags.length) onTags(wanted);
  return true;
}

/** Tags of other exchanges. */
function offered(tags: readonly string[]): readonly string[] {
  const { tag: seen = [] } = seenValues(traffic.traffic().rows);
  return tagsOf([...tags, ...seen]).slice(tags.length);
}
