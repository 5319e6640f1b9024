import { decodeText } from '@sellia/inspector/bodies';
import { useMemo } from 'react';
import { Notes } from '../notes.tsx';
import type { TextSource } from '../shape/text.ts';
import styles from './preview-view.module.css';

const NOTES = ['Without scripts, forms, its own styles, and all that it would load.'];

/**
 * A captured page without what it could do: the sandbox takes scripts, forms and its origin, and
 * the policy of this page, which holds within, all loads.
 */
export function PreviewView({ source }: { readonly source: TextSource }) {
  const { bytes, charset, isCut } = source;
  const { text } = useMemo(() => decodeText(bytes, charset, { isCut }), [bytes, charset, isCut]);
  return (
    <>
      <Notes notes={NOTES} />
      <iframe title="Preview of the body" sandbox="" srcDoc={text} className={styles.preview} />
    </>
  );
}
