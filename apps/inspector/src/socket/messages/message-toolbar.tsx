import { useId } from 'react';
import type { ExchangeRow } from '../../api/types.ts';
import { Button } from '../../ui/button.tsx';
import { copyText } from '../../ui/clipboard.ts';
import { countText } from '../../ui/numbers.ts';
import { counted } from '../words.ts';
import { leaving, linesText, saveMessages } from './message-export.ts';
import type { FrameType, MessageFilter, Sender } from './message-filter.ts';
import type { MessageStore, MessageView } from './message-store.ts';
import styles from './message-toolbar.module.css';

interface MessageToolbarProps {
  readonly row: ExchangeRow;
  readonly store: MessageStore;
  readonly view: MessageView;
}

/** What is shown of the messages, and what can be done with all of them. */
export function MessageToolbar({ row, store, view }: MessageToolbarProps) {
  const id = useId();
  const { filter, problem, shown, total } = view;
  const set = (change: Partial<MessageFilter>): void => store.filterBy({ ...filter, ...change });
  return (
    <div role="toolbar" aria-label="Messages" className={styles.bar}>
      <select
        aria-label="Sent by"
        value={filter.sender}
        onChange={(event) => set({ sender: event.target.value as Sender })}
      >
        <option value="all">Both ways</option>
        <option value="request">↑ From the visitor</option>
        <option value="response">↓ From your app</option>
      </select>
      <select
        aria-label="Type"
        value={filter.type}
        onChange={(event) => set({ type: event.target.value as FrameType })}
      >
        <option value="all">All types</option>
        <option value="text">Text</option>
        <option value="binary">Binary</option>
        <option value="control">Ping, pong, close</option>
      </select>
      <input
        type="search"
        aria-label="Find in messages"
        aria-invalid={problem !== ''}
        aria-describedby={id}
        placeholder="Text or /regex/"
        maxLength={200}
        value={filter.text}
        onChange={(event) => set({ text: event.target.value })}
        onKeyDown={(event) => {
          if (event.key !== 'Escape' || filter.text === '') return;
          event.stopPropagation();
          set({ text: '' });
        }}
      />
      <span id={id} role="status" className={styles.count}>
        {problem === '' ? countOf(view) : problem}
      </span>
      <span className={styles.actions}>
        <Button
          disabled={shown.length === 0}
          onClick={() => void copyText(linesText(leaving(shown)), counted(shown.length, 'message'))}
        >
          Copy all
        </Button>
        <Button disabled={total === 0} onClick={() => saveMessages(row, store.messages)}>
          Export JSON
        </Button>
      </span>
    </div>
  );
}

function countOf({ shown, total, isSearching }: MessageView): string {
  if (isSearching) return 'Searching…';
  return shown.length === total
    ? counted(total, 'message')
    : `${countText(shown.length)} of ${counted(total, 'message')}`;
}
