import { type MultipartPart, parseMultipart } from '@sellia/inspector/bodies';
import { type ReactNode, useMemo } from 'react';
import { bytesText } from '../../ui/numbers.ts';
import { Notes } from '../notes.tsx';
import { Folded } from './folded.tsx';
import { LongText } from './long-text.tsx';
import styles from './parts-view.module.css';

interface PartsViewProps {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly boundary: string;
  /** More bytes may come. */
  readonly isRunning: boolean;
  readonly isCut: boolean;
  /** The content of one part, by its own viewer. */
  readonly show: (part: MultipartPart, bytes: Uint8Array<ArrayBuffer>) => ReactNode;
}

/** Parts that are opened at once. */
const OPEN_MAX = 3;

/** The parts of a multipart body: names, filenames, types, sizes, and each on its own. */
export function PartsView({ bytes, boundary, isRunning, isCut, show }: PartsViewProps) {
  const { parts, note, isClosed } = useMemo(
    () => parseMultipart(bytes, boundary),
    [bytes, boundary],
  );
  const isExpected = (isRunning || isCut) && !isClosed && parts.length > 0;
  const notes = isExpected || note === '' ? [] : [note];
  return (
    <>
      <Notes notes={notes} />
      <ol className={styles.parts} aria-label="Parts">
        {parts.map((part, i) => (
          <li key={part.start}>
            <Folded title={<PartTitle part={part} isRunning={isRunning} />} isOpen={i < OPEN_MAX}>
              {show(part, bytes.subarray(part.start, part.end))}
            </Folded>
          </li>
        ))}
      </ol>
    </>
  );
}

interface PartTitleProps {
  readonly part: MultipartPart;
  readonly isRunning: boolean;
}

function PartTitle({ part, isRunning }: PartTitleProps) {
  const { name, filename, type, start, end, isOpen } = part;
  const open = isRunning ? ' so far' : ', cut off';
  return (
    <span className={styles.title}>
      <strong>{name === '' ? 'without a name' : <LongText text={name} />}</strong>
      {filename === undefined ? null : (
        <span className={styles.file}>
          <LongText text={filename || '(empty filename)'} />
        </span>
      )}
      {type === '' ? null : (
        <span className={styles.dim}>
          <LongText text={type} />
        </span>
      )}
      <span className={styles.dim}>
        {bytesText(end - start)}
        {isOpen ? open : ''}
      </span>
    </span>
  );
}
