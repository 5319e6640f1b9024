import { useId } from 'react';
import { CodeEditor } from '../body/code-view.tsx';
import { bytesText } from '../ui/numbers.ts';
import { type BodyMode, type Draft, withMode } from './draft.ts';
import styles from './edit-dialog.module.css';
import type { OriginalBody } from './original-body.ts';
import { Problem } from './problem.tsx';

interface BodyFieldProps {
  readonly draft: Draft;
  readonly original: OriginalBody;
  /** `Content-Type` of the original. */
  readonly type: string;
  readonly problem: string | undefined;
  readonly onDraft: (draft: Draft) => void;
}

/** The body: as it was, as text, or as bytes in base64. */
export function BodyField({ draft, original, type, problem, onDraft }: BodyFieldProps) {
  const id = useId();
  const { mode } = draft;
  const setMode = (wanted: string): void => onDraft(withMode(draft, wanted as BodyMode, original));
  return (
    <fieldset className={styles.part}>
      <legend>Body</legend>
      <label className={styles.mode}>
        Body is sent
        <select value={mode} onChange={(event) => setMode(event.target.value)}>
          {original.isCut ? null : (
            <option value="kept">as it was ({bytesText(original.bytes.length)})</option>
          )}
          <option value="text">as this text</option>
          <option value="base64">as bytes given in base64</option>
        </select>
      </label>
      {mode === 'text' ? (
        <CodeEditor
          label="Body"
          language={languageOf(type)}
          text={draft.text}
          onChange={(text) => onDraft({ ...draft, text })}
        />
      ) : null}
      {mode === 'base64' ? (
        <textarea
          aria-label="Body in base64"
          aria-describedby={id}
          rows={6}
          spellCheck={false}
          value={draft.base64}
          onChange={(event) => onDraft({ ...draft, base64: event.target.value })}
        />
      ) : null}
      <p className={styles.hint}>{hintOf(draft, original)}</p>
      <Problem id={id} text={problem} />
    </fieldset>
  );
}

function languageOf(type: string): 'json' | 'xml' | 'html' | 'text' {
  if (/^[^;]{0,100}[/+]json\b/i.test(type)) return 'json';
  if (/^text\/html\b/i.test(type)) return 'html';
  return /^[^;]{0,100}[/+]xml\b/i.test(type) ? 'xml' : 'text';
}

function hintOf({ mode, text }: Draft, original: OriginalBody): string {
  if (original.isCut) return 'Only a part of the original body was kept: give the whole of it.';
  if (mode !== 'text') return '';
  if (original.text === undefined) return 'The original body is no text; this replaces it.';
  if (original.isDecoded) return 'Decompressed; the header Content-Encoding was taken out.';
  if (original.lines.isMixed && text !== original.text) {
    return 'The lines of the original end in different ways; those of this text end in one.';
  }
  return original.lines.ending === '\r\n' ? 'Lines end in CR LF, as in the original.' : '';
}
