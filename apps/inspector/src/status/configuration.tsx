import { read } from '../api/api.ts';
import { CapturedText } from '../detail/captured-text.tsx';
import { useReading } from '../detail/use-detail.ts';
import { Fact, Facts } from '../ui/facts.tsx';
import { Section } from '../ui/section.tsx';
import styles from './card.module.css';

interface Line {
  readonly name: string;
  readonly value: string;
  /** Where it was set; empty for a default. */
  readonly source: string;
}

/** How the program was told to run; nothing where nobody has said so. */
export function Configuration() {
  const { value } = useReading('configuration', (signal) =>
    read<{ configuration: readonly Line[] }>('/configuration', signal),
  );
  const lines = value?.configuration ?? [];
  if (lines.length === 0) return null;
  return (
    <Section title="Configuration">
      <Facts>
        {lines.map(({ name, value: text, source }) => (
          <Fact key={name} name={name}>
            <CapturedText text={text} />
            {source === '' ? null : <span className={styles.note}> by {source}</span>}
          </Fact>
        ))}
      </Facts>
    </Section>
  );
}
