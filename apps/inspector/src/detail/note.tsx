import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { api } from '../api/api.ts';
import { Button } from '../ui/button.tsx';
import { say } from '../ui/toast.tsx';
import { CapturedText } from './captured-text.tsx';
import { useNoteEditor } from './note-editor.ts';
import styles from './panel-head.module.css';

/** Characters that the server keeps. */
const NOTE_MAX = 2_000;

interface NoteProps {
  readonly id: string;
  readonly note: string;
}

/** What somebody has written down about an exchange, and the field to do so. */
export function Note({ id, note }: NoteProps) {
  const { isOpen, setOpen } = useNoteEditor();
  useEffect(() => () => setOpen(false), [setOpen]);
  if (isOpen) return <NoteEditor id={id} note={note} onClose={() => setOpen(false)} />;
  if (note === '') return null;
  return (
    <div className={styles.note}>
      <p>
        <CapturedText text={note} />
      </p>
      <Button look="plain" onClick={() => setOpen(true)}>
        Edit note
      </Button>
    </div>
  );
}

function NoteEditor({ id, note, onClose }: NoteProps & { readonly onClose: () => void }) {
  const [text, setText] = useState(note);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => field.current?.focus(), []);
  const save = async (): Promise<void> => {
    await api.mark(id, { note: text }).then(onClose, (error: Error) => say(error.message));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') onClose();
    else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void save();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className={styles.editor}>
      <textarea
        ref={field}
        aria-label="Note"
        rows={3}
        maxLength={NOTE_MAX}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <div className={styles.actions}>
        <Button look="strong" onClick={() => void save()}>
          Save note
        </Button>
        <Button onClick={onClose}>Cancel</Button>
      </div>
    </div>
  );
}
