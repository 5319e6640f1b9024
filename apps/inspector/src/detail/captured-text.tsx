import { type TextMark, visibleText } from '@sellia/inspector/browser';
import { type ReactNode, useState } from 'react';
import styles from './captured-text.module.css';

/** Characters that are drawn until somebody asks for all of them. */
const SHOWN_MAX = 2_000;

interface CapturedTextProps {
  readonly text: string;
  /** Characters shown at first. Default 2,000. */
  readonly most?: number;
}

/** What somebody sent, as what it is: nothing of it hides, turns the rest around, or is a link. */
export function CapturedText({ text, most = SHOWN_MAX }: CapturedTextProps) {
  const [isWhole, setWhole] = useState(false);
  const isCut = text.length > most && !isWhole;
  const { text: shown, marks } = visibleText(isCut ? text.slice(0, most) : text);
  return (
    <>
      <bdi>{withMarks(shown, marks)}</bdi>
      {isCut ? (
        <>
          …{' '}
          <button type="button" className={styles.more} onClick={() => setWhole(true)}>
            Show all {text.length.toLocaleString('en-US')} characters
          </button>
        </>
      ) : null}
    </>
  );
}

function withMarks(text: string, marks: readonly TextMark[]): ReactNode {
  if (marks.length === 0) return text;
  const parts: ReactNode[] = [];
  let done = 0;
  for (const { start, end, kind } of marks) {
    parts.push(text.slice(done, start));
    parts.push(
      <span key={start} className={styles.mark} title={TITLES[kind]}>
        {text.slice(start, end)}
      </span>,
    );
    done = end;
  }
  parts.push(text.slice(done));
  return parts;
}

const TITLES: Readonly<Record<TextMark['kind'], string>> = {
  control: 'A control character',
  direction: 'A character that turns the reading direction',
  invisible: 'A character that nobody sees',
  surrogate: 'Half of a character',
};
