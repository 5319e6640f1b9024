import type { HarExchange, ImportedHar } from '@sellia/inspector/browser';
import { type DragEvent, useId, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { countText } from '../ui/numbers.ts';
import styles from './import-page.module.css';
import { ImportedExchange } from './imported-exchange.tsx';
import { ImportedList } from './imported-list.tsx';
import { readHar } from './read-har.ts';

interface Opened extends ImportedHar {
  readonly fileName: string;
}

/** Somebody's HAR file, to be looked at. It is read in this browser, and sent nowhere. */
export function ImportPage() {
  const [opened, setOpened] = useState<Opened>();
  const [chosen, setChosen] = useState<HarExchange>();
  const [isOver, setOver] = useState(false);
  const open = async (file: File | undefined): Promise<void> => {
    setOver(false);
    if (file === undefined) return;
    setChosen(undefined);
    setOpened({ fileName: file.name, ...(await readHar(file)) });
  };
  const onDrop = (event: DragEvent): void => {
    event.preventDefault();
    void open(event.dataTransfer.files[0]);
  };
  return (
    <main
      className={styles.page}
      data-over={isOver}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={onDrop}
    >
      <header className={styles.head}>
        <h2>{opened?.fileName ?? 'Look at a HAR file'}</h2>
        {opened === undefined ? null : (
          <span className={styles.note}>{countOf(opened.exchanges.length)}, read only</span>
        )}
        <FileChooser onFile={open} />
        {opened === undefined ? null : <Button onClick={() => setOpened(undefined)}>Close</Button>}
      </header>
      {opened === undefined ? <Invitation /> : <Problems problems={opened.problems} />}
      {opened === undefined || opened.exchanges.length === 0 ? null : (
        <div className={styles.panes} data-open={chosen !== undefined}>
          <ImportedList exchanges={opened.exchanges} chosen={chosen} onChoose={setChosen} />
          {chosen === undefined ? null : (
            <ImportedExchange
              key={chosen.detail.row.id}
              exchange={chosen}
              onClose={() => setChosen(undefined)}
            />
          )}
        </div>
      )}
    </main>
  );
}

function countOf(count: number): string {
  return count === 1 ? '1 exchange' : `${countText(count)} exchanges`;
}

function Invitation() {
  return (
    <div className={styles.invitation}>
      <p>
        Choose a file, or drop it here. HAR files come from browsers, proxies and from Sellia
        itself.
      </p>
      <p className={styles.note}>The file stays in this browser.</p>
    </div>
  );
}

function FileChooser({ onFile }: { readonly onFile: (file: File | undefined) => unknown }) {
  const id = useId();
  return (
    <div className={styles.chooser}>
      <label htmlFor={id}>HAR file</label>
      <input
        id={id}
        type="file"
        accept=".har,.json,application/json"
        onChange={(event) => {
          void onFile(event.target.files?.[0]);
          // The same file again is an event, too.
          event.target.value = '';
        }}
      />
    </div>
  );
}

function Problems({ problems }: { readonly problems: readonly string[] }) {
  if (problems.length === 0) return null;
  return (
    <ul role="alert" className={styles.problems}>
      {problems.map((problem) => (
        <li key={problem}>{problem}</li>
      ))}
    </ul>
  );
}
