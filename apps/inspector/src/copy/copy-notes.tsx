import { useEffect, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import type { CopyResult } from './copy-exchange.ts';
import styles from './copy-notes.module.css';

interface CopyNotesProps {
  readonly result: CopyResult;
  readonly onClose: () => void;
}

/** In what a copied text differs from the exchange, and the file that belongs to it. */
export function CopyNotes({ result, onClose }: CopyNotesProps) {
  const { label, warnings, file } = result;
  return (
    <Dialog
      title={`Copied ${label}`}
      onClose={onClose}
      actions={
        <Button look="strong" onClick={onClose}>
          Done
        </Button>
      }
    >
      {warnings.length === 0 ? null : (
        <ul className={styles.notes}>
          {warnings.map((warning) => (
            <li key={warning}>{warning}</li>
          ))}
        </ul>
      )}
      {file === undefined ? null : (
        <p>
          Its bytes do not fit into text. Save them where you run it:{' '}
          <SaveLink name={file.name} bytes={file.bytes} />
        </p>
      )}
    </Dialog>
  );
}

function SaveLink({ name, bytes }: { readonly name: string; readonly bytes: Uint8Array }) {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    const type = 'application/octet-stream';
    const made = URL.createObjectURL(new Blob([new Uint8Array(bytes)], { type }));
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [bytes]);
  return (
    <a href={url} download={name}>
      Save {name}
    </a>
  );
}
