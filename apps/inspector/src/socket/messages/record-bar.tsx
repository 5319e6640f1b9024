import { useState } from 'react';
import { type ApiFailure, api } from '../../api/api.ts';
import type { SocketDetail, SocketLevel } from '../../api/types.ts';
import { usePrefs } from '../../prefs/prefs.ts';
import { Button } from '../../ui/button.tsx';
import { bytesText, countText, timeText } from '../../ui/numbers.ts';
import { say } from '../../ui/toast.tsx';
import { isLive, type SocketView } from '../socket-view.ts';
import { counted } from '../words.ts';
import styles from './record-bar.module.css';

type Recording = NonNullable<SocketDetail['recording']>;

/** Of the server: messages of one WebSocket, and what they hold. */
const MESSAGES_MAX = 500;
const BYTES_MAX = 1024 * 1024;

const LEVELS: Readonly<Record<SocketLevel, string>> = {
  stats: 'nothing',
  messages: 'the first 4 KiB of each message',
  full: 'up to 256 KiB of each message',
};

interface RecordBarProps extends SocketView {
  /** Begins a message; undefined where none can be sent, or one is being written. */
  readonly onCompose: (() => void) | undefined;
}

/** Whether contents are kept, what of them, and the buttons that change it. */
export function RecordBar({ row, socket, onCompose }: RecordBarProps) {
  const [isBusy, setBusy] = useState(false);
  const recording = socket?.recording;
  const isOn = recording?.isOn ?? false;
  const record = (level: SocketLevel): void => {
    setBusy(true);
    void api
      .record(row.id, level)
      .catch((failure: ApiFailure) => say(failure.message))
      .finally(() => setBusy(false));
  };
  if (!isLive(row)) return <Ended recording={recording} />;
  if (!isOn || recording === undefined) {
    return <Offer {...{ recording, isBusy, record, onCompose }} />;
  }
  const other = recording.level === 'full' ? 'messages' : 'full';
  return (
    <div className={styles.bar} data-on="true">
      <p className={styles.words}>
        <span role="status">
          <span aria-hidden="true" className={styles.dot} />
          <strong>Recording</strong> {LEVELS[recording.level]}.
        </span>{' '}
        <Kept recording={recording} />
      </p>
      <span className={styles.actions}>
        <Button disabled={isBusy} onClick={() => record(other)}>
          {other === 'full' ? 'Record in full' : 'Record beginnings'}
        </Button>
        <Button look="danger" disabled={isBusy} onClick={() => record('stats')}>
          Stop
        </Button>
        <Compose onCompose={onCompose} />
      </span>
    </div>
  );
}

interface OfferProps {
  readonly recording: Recording | undefined;
  readonly isBusy: boolean;
  readonly record: (level: SocketLevel) => void;
  readonly onCompose: RecordBarProps['onCompose'];
}

function Offer({ recording, isBusy, record, onCompose }: OfferProps) {
  return (
    <div className={styles.bar}>
      <p className={styles.words}>
        {recording === undefined ? (
          <>
            <strong>Contents are not kept.</strong> Figures are counted without them. Record keeps
            the newest messages from now on, in the memory of this machine alone: {MESSAGES_MAX} of
            them, and 1 MiB, at most.
          </>
        ) : (
          <>
            <strong>Recording is stopped.</strong> <Kept recording={recording} />
          </>
        )}
      </p>
      <span className={styles.actions}>
        <Button look="strong" disabled={isBusy} onClick={() => record('messages')}>
          Record beginnings (4 KiB)
        </Button>
        <Button disabled={isBusy} onClick={() => record('full')}>
          Record in full (256 KiB)
        </Button>
        <Compose onCompose={onCompose} />
      </span>
    </div>
  );
}

function Ended({ recording }: { readonly recording: Recording | undefined }) {
  return (
    <div className={styles.bar}>
      <p className={styles.words}>
        {recording === undefined ? (
          <>
            <strong>This WebSocket has ended, and its contents were not kept.</strong> Start the
            client with <code>--inspect-ws messages</code> to keep those of every WebSocket from its
            first message on.
          </>
        ) : (
          <>
            <strong>This WebSocket has ended.</strong> <Kept recording={recording} />
          </>
        )}
      </p>
    </div>
  );
}

function Kept({ recording }: { readonly recording: Recording }) {
  const isUtc = usePrefs((prefs) => prefs.isUtc);
  const { messages, bytes, dropped, since } = recording;
  return (
    <span className={styles.kept}>
      Since {timeText(since, isUtc).slice(0, 8)}: {countText(messages)} of {MESSAGES_MAX} messages,{' '}
      {bytesText(bytes)} of {bytesText(BYTES_MAX)}
      {dropped === 0 ? '' : `; ${counted(dropped, 'older one')} dropped`}.
    </span>
  );
}

function Compose({ onCompose }: Pick<RecordBarProps, 'onCompose'>) {
  if (onCompose === undefined) return null;
  return <Button onClick={() => onCompose()}>Send a message…</Button>;
}
