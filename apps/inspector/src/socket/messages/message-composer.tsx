import { type KeyboardEvent, useId, useState } from 'react';
import { type ApiFailure, api } from '../../api/api.ts';
import { Button } from '../../ui/button.tsx';
import { bytesText } from '../../ui/numbers.ts';
import { say } from '../../ui/toast.tsx';
import styles from './message-composer.module.css';
import { type MessageDraft, messageOf, problemOf, sizeOf } from './message-draft.ts';
import bar from './message-toolbar.module.css';

interface MessageComposerProps {
  readonly id: string;
  readonly draft: MessageDraft;
  /** Said where the message is not seen to arrive otherwise. */
  readonly isRecording: boolean;
  readonly onDraft: (draft: MessageDraft) => void;
  readonly onClose: () => void;
}

/** Writes a message and puts it into the connection, between those of its two ends. */
export function MessageComposer(props: MessageComposerProps) {
  const { id, draft, isRecording, onDraft, onClose } = props;
  const [isBusy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState('');
  const hint = useId();
  const problem = problemOf(draft);
  const change = (part: Partial<MessageDraft>): void => {
    setRefusal('');
    onDraft({ ...draft, ...part });
  };
  const send = (): void => {
    if (problem !== '' || isBusy) return;
    setBusy(true);
    setRefusal('');
    void api
      .sendMessage(id, messageOf(draft))
      .then(() => say(isRecording ? 'Sent.' : 'Sent. Record to see what is said.'))
      .catch((failure: ApiFailure) => setRefusal(failure.message))
      .finally(() => setBusy(false));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) send();
    else if (event.key === 'Escape') onClose();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <form
      aria-label="Send a message"
      className={styles.composer}
      onKeyDown={onKeyDown}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <div className={styles.line}>
        <select
          aria-label="To"
          value={draft.to}
          onChange={(event) => change({ to: event.target.value as MessageDraft['to'] })}
        >
          <option value="upstream">↑ To your app, as the visitor</option>
          <option value="visitor">↓ To the visitor, as your app</option>
        </select>
        <select
          aria-label="Sent as"
          value={draft.mode}
          onChange={(event) => change({ mode: event.target.value as MessageDraft['mode'] })}
        >
          <option value="text">Text</option>
          <option value="base64">Bytes, in base64</option>
        </select>
        <span className={bar.count}>{bytesText(sizeOf(draft) ?? 0)}</span>
        <span className={bar.actions}>
          <Button onClick={onClose}>Close</Button>
          <Button
            type="submit"
            look="strong"
            disabled={isBusy || problem !== ''}
            title="Ctrl+Enter or ⌘+Enter"
          >
            Send
          </Button>
        </span>
      </div>
      <textarea
        // biome-ignore lint/a11y/noAutofocus: somebody has just asked for it
        autoFocus
        aria-label="Message"
        aria-describedby={hint}
        aria-invalid={problem !== ''}
        rows={4}
        spellCheck={false}
        value={draft.content}
        onChange={(event) => change({ content: event.target.value })}
      />
      <p
        id={hint}
        role="status"
        data-bad={problem !== '' || refusal !== ''}
        className={styles.hint}
      >
        {problem || refusal || HINTS[draft.to]}
      </p>
    </form>
  );
}

const HINTS: Readonly<Record<MessageDraft['to'], string>> = {
  upstream: 'It goes over the connection of the visitor, who gets whatever your app answers.',
  visitor: 'It goes over the connection of your app, which gets whatever the visitor answers.',
};
