import { lazy, Suspense, useEffect, useState } from 'react';
import type { Language } from './editor/languages.ts';
import { Notes } from './notes.tsx';
import { inWorker } from './shape/in-worker.ts';
import type { JobResult } from './shape/jobs.ts';
import { useJob } from './shape/use-job.ts';

/** CodeMirror comes when somebody looks at text. */
export const CodePane = lazy(() =>
  import('./editor/code-pane.tsx').then(({ CodePane }) => ({ default: CodePane })),
);

interface CodeViewProps {
  readonly text: string;
  readonly language: Language;
  /** For screen readers. Default "Text". */
  readonly label?: string;
}

/** Any text, read only: what hides in it is written out, and no length makes the page slow. */
export function CodeView({ text, language, label = 'Text' }: CodeViewProps) {
  const { result, failure } = useJob('shown', text);
  if (result === undefined) return <p>{failure}</p>;
  return (
    <>
      <Notes notes={result.notes} />
      <Suspense>
        <CodePane text={result.text} marks={result.marks} language={language} label={label} />
      </Suspense>
    </>
  );
}

interface CodeEditorProps {
  readonly text: string;
  readonly language: Language;
  readonly onChange: (text: string) => void;
  readonly label: string;
}

/** Milliseconds of rest after which JSON is judged. */
const JUDGED_MS = 200;

/** Text that can be changed; of JSON it says where it is wrong. */
export function CodeEditor({ text, language, onChange, label }: CodeEditorProps) {
  const [error, setError] = useState<JobResult<'jsonError'>>();
  useEffect(() => {
    let isStale = false;
    const judge = async (): Promise<void> => {
      const isJudged = language === 'json' && text.trim() !== '';
      const found = isJudged ? await inWorker('jsonError', text) : undefined;
      if (!isStale) setError(found);
    };
    const timer = setTimeout(() => void judge(), JUDGED_MS);
    return () => {
      isStale = true;
      clearTimeout(timer);
    };
  }, [text, language]);
  return (
    <Suspense>
      <CodePane
        text={text}
        language={language}
        label={label}
        error={error && { told: error, at: error.offset }}
        onChange={onChange}
      />
    </Suspense>
  );
}
