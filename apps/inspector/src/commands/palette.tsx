import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { exchangePath, useFilterText, useGo } from '../prefs/address.ts';
import { traffic, useSession } from '../traffic/session.ts';
import { Dialog } from '../ui/dialog.tsx';
import { COMMANDS } from './command-table.ts';
import { isOffered, run } from './commands.ts';
import { isMac, keyText } from './key-text.ts';
import styles from './palette.module.css';
import { type Entry, entriesFor } from './palette-entries.ts';

/** All that can be done now, found by a few letters (ARIA APG: combobox with a listbox). */
export function Palette({ onClose }: { readonly onClose: () => void }) {
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const id = useId();
  const entries = useEntries(text);
  const active = entries[Math.min(at, entries.length - 1)];
  const choose = (entry: Entry | undefined): void => {
    if (entry === undefined) return;
    onClose();
    // Once the dialog is gone: what opens then takes the focus from where it was before.
    setTimeout(entry.act);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return;
    const to = nextAt(event.key, at, entries.length);
    if (event.key === 'Enter') choose(active);
    else if (to !== undefined) setAt(to);
    else return;
    event.preventDefault();
  };
  return (
    <Dialog title="Find" place="top" onClose={onClose}>
      <input
        data-first
        type="text"
        role="combobox"
        aria-label="Commands, tunnels, paths"
        placeholder="Commands, tunnels, paths"
        aria-expanded="true"
        aria-controls={`${id}-list`}
        aria-activedescendant={active === undefined ? undefined : `${id}-${active.key}`}
        autoComplete="off"
        spellCheck={false}
        className={styles.field}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div id={`${id}-list`} role="listbox" aria-label="Found" className={styles.list}>
        {entries.map((entry, i) => (
          <Line
            key={entry.key}
            id={`${id}-${entry.key}`}
            entry={entry}
            isFirst={entries[i - 1]?.group !== entry.group}
            isActive={entry === active}
            onChoose={() => choose(entry)}
          />
        ))}
      </div>
      {entries.length === 0 ? <p className={styles.none}>Nothing found.</p> : null}
    </Dialog>
  );
}

interface LineProps {
  readonly id: string;
  readonly entry: Entry;
  /** Of its group. */
  readonly isFirst: boolean;
  readonly isActive: boolean;
  readonly onChoose: () => void;
}

function Line({ id, entry, isFirst, isActive, onChoose }: LineProps) {
  const line = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (isActive) line.current?.scrollIntoView({ block: 'nearest' });
  }, [isActive]);
  return (
    <>
      {isFirst ? (
        <div aria-hidden="true" className={styles.group}>
          {entry.group}
        </div>
      ) : null}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the field has the keys */}
      {/* biome-ignore lint/a11y/useFocusableInteractive: the field keeps the focus */}
      <div
        ref={line}
        id={id}
        role="option"
        aria-selected={isActive}
        className={styles.entry}
        onClick={onChoose}
      >
        <span className={styles.label}>{entry.label}</span>
        <span className={styles.note}>{entry.note}</span>
      </div>
    </>
  );
}

function nextAt(key: string, at: number, count: number): number | undefined {
  if (count === 0) return undefined;
  if (key === 'ArrowDown') return (at + 1) % count;
  if (key === 'ArrowUp') return (at + count - 1) % count;
  if (key === 'PageDown') return Math.min(count - 1, at + 8);
  return key === 'PageUp' ? Math.max(0, at - 8) : undefined;
}

function useEntries(text: string): Entry[] {
  const go = useGo();
  const [, setFilter] = useFilterText();
  const tunnels = useSession(({ status }) => status?.tunnels) ?? [];
  return entriesFor(text, {
    commands: COMMANDS.filter(({ name }) => name !== 'palette' && isOffered(name)),
    tunnels,
    rows: traffic.traffic().rows,
    run: ({ name }) => run(name),
    showTunnel: ({ name }) => {
      go('/');
      setFilter(`tunnel:${name}`);
    },
    showExchange: ({ id }) => go(exchangePath(id)),
    noteOf: ({ keys }) => keys.map((key) => keyText(key, isMac())).join('  '),
  });
}
