import { Pill } from '../../ui/pill.tsx';
import { CodeView } from '../code-view.tsx';
import type { ShownOperation } from '../shape/graphql.ts';
import type { TextSource } from '../shape/text.ts';
import { useJob } from '../shape/use-job.ts';
import styles from './graphql-view.module.css';
import { LongText } from './long-text.tsx';

interface GraphqlViewProps {
  readonly source: TextSource;
  /** The body is the query itself; else JSON that holds it. */
  readonly isDocument: boolean;
}

/** What was asked for: operation, query, variables. */
export function GraphqlView({ source, isDocument }: GraphqlViewProps) {
  const { result, failure } = useJob(isDocument ? 'document' : 'graphql', source);
  if (result === undefined) return <p>{failure}</p>;
  if (result.length === 0) return <p>No operation can be read in it.</p>;
  return result.map((operation, i) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a batch has nothing but its order
    <Operation key={i} {...operation} />
  ));
}

function Operation({ type, name, query, variables, extensions }: ShownOperation) {
  return (
    <section className={styles.operation}>
      <h4 className={styles.title}>
        <Pill tone="note">{type || 'stored query'}</Pill>
        <span>{name === '' ? 'without a name' : <LongText text={name} />}</span>
      </h4>
      {query === '' ? null : <CodeView text={query} language="graphql" label="Query" />}
      {variables === '' ? null : (
        <>
          <h5>Variables</h5>
          <CodeView text={variables} language="json" label="Variables" />
        </>
      )}
      {extensions === '' ? null : (
        <>
          <h5>Extensions</h5>
          <CodeView text={extensions} language="json" label="Extensions" />
        </>
      )}
    </section>
  );
}
