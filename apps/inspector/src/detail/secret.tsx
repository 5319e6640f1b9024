import { useState } from 'react';
import { CapturedText } from './captured-text.tsx';
import { useReveal } from './reveal.tsx';
import styles from './secret.module.css';

interface SecretProps {
  readonly text: string;
  /** Shown in its place; the same text where nothing of it is secret. */
  readonly masked: string;
  /** What it is, for the button: `Authorization`. */
  readonly name: string;
  readonly most?: number;
}

/** A value whose secret parts are seen only on demand. */
export function Secret({ text, masked, name, most }: SecretProps) {
  const { isRevealed } = useReveal();
  const [isOpen, setOpen] = useState(false);
  const bound = most === undefined ? {} : { most };
  if (text === masked) return <CapturedText text={text} {...bound} />;
  const isShown = isRevealed || isOpen;
  return (
    <>
      <CapturedText text={isShown ? text : masked} {...bound} />
      {isRevealed ? null : (
        <button
          type="button"
          className={styles.reveal}
          aria-label={`${isOpen ? 'Hide' : 'Reveal'} ${name}`}
          onClick={() => setOpen(!isOpen)}
        >
          {isOpen ? 'Hide' : 'Reveal'}
        </button>
      )}
    </>
  );
}
