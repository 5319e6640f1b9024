import { useEffect, useId, useState } from 'react';
import type { SocketLevel } from '../api/types.ts';
import { bytesText } from '../ui/numbers.ts';
import { say } from '../ui/toast.tsx';
import { RedactList } from './redact-list.tsx';
import {
  changeSettings,
  readSettings,
  type ServerSettings,
  useServerSettings,
} from './server-settings.ts';
import styles from './settings-dialog.module.css';

const KIB = 1024;
const BODY_SIZES = [0, 64 * KIB, 256 * KIB, 1024 * KIB, 4096 * KIB, 16_384 * KIB];

const LEVELS: readonly { readonly value: SocketLevel; readonly label: string }[] = [
  { value: 'stats', label: 'Only figures' },
  { value: 'messages', label: 'Messages, 4 KiB of each' },
  { value: 'full', label: 'Messages, 256 KiB of each' },
];

/** What the program takes, and what it masks; each change holds at once. */
export function CaptureSettings() {
  const { values } = useServerSettings();
  const [failure, setFailure] = useState('');
  useEffect(() => {
    readSettings().then(
      () => setFailure(''),
      (error: Error) => setFailure(error.message),
    );
  }, []);
  if (values === undefined) return <p>{failure === '' ? 'Reading…' : failure}</p>;
  const sizes = [...new Set([...BODY_SIZES, values.bodyBytes])].sort((one, two) => one - two);
  return (
    <>
      <Select
        label="Of each body"
        value={String(values.bodyBytes)}
        options={sizes.map((size) => ({
          value: String(size),
          label: size === 0 ? 'Nothing' : `The first ${bytesText(size)}`,
        }))}
        onSelect={(value) => change({ bodyBytes: Number(value) })}
      />
      <Select
        label="Of each WebSocket that opens"
        value={values.socketLevel}
        options={LEVELS}
        onSelect={(socketLevel) => change({ socketLevel })}
      />
      <RedactList key={values.redact.join('\n')} names={values.redact} onSave={change} />
    </>
  );
}

function change(settings: Partial<ServerSettings>): void {
  changeSettings(settings).then(
    () => say('Holds from now on'),
    (error: Error) => say(error.message),
  );
}

interface SelectProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly options: readonly { readonly value: Value; readonly label: string }[];
  readonly onSelect: (value: Value) => void;
}

function Select<Value extends string>({ label, value, options, onSelect }: SelectProps<Value>) {
  const id = useId();
  return (
    <div className={styles.line}>
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        value={value}
        onChange={({ target }) => onSelect(options[target.selectedIndex]?.value ?? value)}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </div>
  );
}
