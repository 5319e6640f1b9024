import type { JsonError, TextMark } from '@sellia/inspector/bodies';
import { useEffect, useEffectEvent, useRef } from 'react';
import { setPrefs, usePrefs } from '../../prefs/prefs.ts';
import { Button } from '../../ui/button.tsx';
import { countText } from '../../ui/numbers.ts';
import styles from './code-pane.module.css';
import { Editor } from './editor.ts';
import type { Language } from './languages.ts';

export interface CodePaneProps {
  readonly text: string;
  readonly language: Language;
  /** For screen readers. */
  readonly label: string;
  readonly marks?: readonly TextMark[];
  /** Line and column for people; `at` is its offset in `text`. */
  readonly error?: { readonly told: JsonError; readonly at: number } | undefined;
  readonly onChange?: ((text: string) => void) | undefined;
}

const NO_MARKS: readonly TextMark[] = [];

/** Text in an editor, with what can be done to the view of it below. */
export function CodePane(props: CodePaneProps) {
  const { text, language, label, marks = NO_MARKS, error, onChange } = props;
  const wraps = usePrefs((prefs) => prefs.wraps);
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<Editor>(undefined);
  const told = useEffectEvent((changed: string) => onChange?.(changed));
  const create = useEffectEvent((element: HTMLElement) => {
    const isEdited = onChange !== undefined;
    return new Editor({
      host: element,
      label,
      text,
      wraps,
      onChange: isEdited ? (changed) => told(changed) : undefined,
    });
  });
  useEffect(() => {
    if (host.current === null) return undefined;
    const made = create(host.current);
    editor.current = made;
    return () => made.close();
  }, []);
  useEffect(() => void editor.current?.setLanguage(language), [language]);
  useEffect(() => editor.current?.setWrapping(wraps), [wraps]);
  const fault = error?.at;
  useEffect(() => {
    editor.current?.setText(text);
    editor.current?.setMarks({ hidden: marks, fault });
  }, [text, marks, fault]);
  return (
    <div className={styles.pane}>
      {error === undefined ? null : (
        <div className={styles.error}>
          <p role="status">
            Line {error.told.line}, column {error.told.column}: {error.told.message}
          </p>
          <Button look="plain" onClick={() => editor.current?.goTo(error.at)}>
            Go there
          </Button>
        </div>
      )}
      <div ref={host} className={styles.code} />
      <div className={styles.bar}>
        <span className={styles.said}>{linesText(text)}</span>
        {language === 'json' ? (
          <>
            <Button look="plain" onClick={() => editor.current?.foldInside()}>
              Fold
            </Button>
            <Button look="plain" onClick={() => editor.current?.unfold()}>
              Unfold
            </Button>
          </>
        ) : null}
        <Button look="plain" aria-pressed={wraps} onClick={() => setPrefs({ wraps: !wraps })}>
          Wrap
        </Button>
        <Button look="plain" onClick={() => editor.current?.find()}>
          Find
        </Button>
      </div>
    </div>
  );
}

function linesText(text: string): string {
  let count = 1;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++;
  return count === 1 ? '1 line' : `${countText(count)} lines`;
}
