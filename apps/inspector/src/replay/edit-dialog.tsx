import { useState } from 'react';
import type { ReplayEdit } from '../api/api.ts';
import type { ExchangeDetail } from '../api/types.ts';
import { useReading } from '../detail/use-detail.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { BodyField } from './body-field.tsx';
import { type Draft, draftOf } from './draft.ts';
import { editOf, problemsOf } from './draft-sent.ts';
import styles from './edit-dialog.module.css';
import { HeaderFields } from './header-fields.tsx';
import { LineFields } from './line-fields.tsx';
import { type OriginalBody, readOriginal } from './original-body.ts';

interface EditDialogProps {
  readonly detail: ExchangeDetail;
  /** Says why it was not sent; undefined when it was. */
  readonly onSend: (edit: ReplayEdit) => Promise<string | undefined>;
  readonly onClose: () => void;
}

/** A request that is edited before it is sent again; the original stays as it is. */
export function EditDialog(props: EditDialogProps) {
  const { detail, onClose } = props;
  const { value, failure } = useReading(detail.row.id, (signal) => readOriginal(detail, signal));
  if (value !== undefined) return <Editor {...props} original={value} />;
  return (
    <Dialog title="Edit and send" isWide onClose={onClose}>
      <p role="status">{failure === undefined ? 'The request is being read …' : failure.message}</p>
    </Dialog>
  );
}

interface EditorProps extends EditDialogProps {
  readonly original: OriginalBody;
}

function Editor({ detail, original, onSend, onClose }: EditorProps) {
  const [draft, setDraft] = useState<Draft>(() => draftOf(detail, original));
  const [refusal, setRefusal] = useState('');
  const [isSending, setSending] = useState(false);
  const problems = problemsOf(draft, original);
  const isBad = Object.keys(problems).length > 0;
  const send = async (): Promise<void> => {
    if (isBad || isSending) return;
    setSending(true);
    setRefusal((await onSend(editOf(draft, detail.row, original))) ?? '');
    setSending(false);
  };
  return (
    <Dialog
      title="Edit and send"
      isWide
      onClose={onClose}
      actions={
        <>
          <p role="status" className={styles.refusal}>
            {refusal}
          </p>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="strong" aria-disabled={isBad || isSending} onClick={() => void send()}>
            Send
          </Button>
        </>
      }
    >
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <LineFields draft={draft} problems={problems} onDraft={setDraft} />
        <HeaderFields draft={draft} problem={problems.headers} onDraft={setDraft} />
        <BodyField
          draft={draft}
          original={original}
          type={detail.request.body.type}
          problem={problems.body}
          onDraft={setDraft}
        />
        <button type="submit" hidden>
          Send
        </button>
      </form>
    </Dialog>
  );
}
