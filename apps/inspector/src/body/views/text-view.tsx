import { Suspense } from 'react';
import { CodePane } from '../code-view.tsx';
import type { Language } from '../editor/languages.ts';
import { Notes } from '../notes.tsx';
import type { TextSource } from '../shape/text.ts';
import { useJob } from '../shape/use-job.ts';

interface TextViewProps {
  readonly source: TextSource;
  readonly language: Language;
}

/** The text of a body as it is. */
export function TextView({ source, language }: TextViewProps) {
  const { result, failure } = useJob('text', source);
  if (result === undefined) return <p>{failure}</p>;
  return (
    <>
      <Notes notes={result.notes} />
      <Suspense>
        <CodePane text={result.text} marks={result.marks} language={language} label="Body" />
      </Suspense>
    </>
  );
}

/** JSON with a line for each value, and what is wrong with it. */
export function JsonView({ source }: { readonly source: TextSource }) {
  const { result, failure } = useJob('json', source);
  if (result === undefined) return <p>{failure}</p>;
  const { text, marks, place, error, notes } = result;
  return (
    <>
      <Notes notes={notes} />
      <Suspense>
        <CodePane
          text={text}
          marks={marks}
          language="json"
          label="Body"
          error={error && { told: error, at: place }}
        />
      </Suspense>
    </>
  );
}

/** Bytes as base64 writes them. */
export function Base64View({ bytes }: { readonly bytes: Uint8Array }) {
  const { result, failure } = useJob('base64', bytes);
  if (result === undefined) return <p>{failure}</p>;
  return (
    <Suspense>
      <CodePane text={result.text} language="text" label="Body in base64" />
    </Suspense>
  );
}
