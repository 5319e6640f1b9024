import { opcodeName } from '@sellia/inspector/browser';
import { hexDump, type MessageReading } from '@sellia/inspector/messages';
import { useState } from 'react';
import type { SocketMessage } from '../../api/types.ts';
import { CapturedText } from '../../detail/captured-text.tsx';
import { usePrefs } from '../../prefs/prefs.ts';
import { Button } from '../../ui/button.tsx';
import { capital } from '../../ui/capital.ts';
import { copyText } from '../../ui/clipboard.ts';
import { Fact, Facts } from '../../ui/facts.tsx';
import { Icon } from '../../ui/icon.tsx';
import { bytesText, timeText } from '../../ui/numbers.ts';
import { OddList } from '../handshake/odd-list.tsx';
import { DOWN, UP } from '../words.ts';
import { base64Of, payloadOf } from './message-bytes.ts';
import styles from './message-detail.module.css';
import { draftOf, type MessageDraft } from './message-draft.ts';
import { leaving } from './message-export.ts';
import type { Readings } from './readings.ts';

type Look = 'decoded' | 'text' | 'hex' | 'base64';

const LOOKS: readonly (readonly [look: Look, label: string])[] = [
  ['decoded', 'Decoded'],
  ['text', 'Text'],
  ['hex', 'Hex'],
  ['base64', 'Base64'],
];

/** Characters that are drawn until somebody asks for all. */
const DRAWN = 20_000;
/** Bytes of a dump: all that a recording keeps of a message. */
const DUMPED = 256 * 1024;

const NO_DRAFT = 'Only messages that were recorded whole can be sent again';

interface MessageDetailProps {
  readonly message: SocketMessage;
  readonly readings: Readings;
  /** Begins a message like this one; undefined where none can be sent. */
  readonly onCompose: ((draft: MessageDraft) => void) | undefined;
  readonly onClose: () => void;
}

/** One message, whole: what it means, and what it is. */
export function MessageDetail({ message, readings, onCompose, onClose }: MessageDetailProps) {
  const [look, setLook] = useState<Look>('decoded');
  const isUtc = usePrefs((prefs) => prefs.isUtc);
  const reading = readings.whole(message);
  const text = shownText(look, message, reading);
  const way = message.direction === 'request' ? UP : DOWN;
  const draft = draftOf(message);
  return (
    <section className={styles.detail} aria-label="Selected message">
      <header className={styles.head}>
        <h3 data-way={way.arrow} className={styles.title}>
          {message.isOwn ? `From here, as ${way.from}` : capital(way.from)},{' '}
          {timeText(message.atMs, isUtc)}
        </h3>
        <div className={styles.actions}>
          <select
            aria-label="Show as"
            className={styles.look}
            value={look}
            onChange={(event) => setLook(event.target.value as Look)}
          >
            {LOOKS.map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
          <Button
            disabled={text === ''}
            onClick={() => {
              const [copied = message] = leaving([message]);
              void copyText(shownText(look, copied, readings.whole(copied)), 'the message');
            }}
          >
            Copy message
          </Button>
          {onCompose === undefined ? null : (
            <Button
              disabled={draft === undefined}
              title={draft === undefined ? NO_DRAFT : 'Edit it, and put it in once more'}
              onClick={() => draft !== undefined && onCompose(draft)}
            >
              Edit and send…
            </Button>
          )}
          <Button look="plain" isSquare aria-label="Close the message" onClick={onClose}>
            <Icon name="close" />
          </Button>
        </div>
      </header>
      <Facts>
        <Fact name="Kind">{kindText(message, reading)}</Fact>
        <Fact name="Size">{sizeText(message)}</Fact>
        {reading.fields.map(([name, value]) => (
          <Fact key={name} name={name}>
            <CapturedText text={value} />
          </Fact>
        ))}
      </Facts>
      {message.note === '' ? null : <OddList sentences={[message.note]} />}
      {text === '' ? null : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
        <section className={styles.content} tabIndex={0} aria-label="Content">
          <pre data-hex={look === 'hex'}>
            <CapturedText key={`${message.number} ${look}`} text={text} most={DRAWN} />
          </pre>
        </section>
      )}
    </section>
  );
}

function shownText(look: Look, message: SocketMessage, { kind, pretty }: MessageReading): string {
  if (look === 'decoded') return kind === 'binary' ? hexDump(payloadOf(message), DUMPED) : pretty;
  const { text, base64 = '' } = message;
  if (look === 'hex') return hexDump(payloadOf(message), DUMPED);
  if (look === 'text') return text ?? new TextDecoder().decode(payloadOf(message));
  return text === undefined ? base64 : base64Of(payloadOf(message));
}

/** `text, json`; the opcode alone where nothing more is known. */
function kindText({ opcode, bytes }: SocketMessage, { kind }: MessageReading): string {
  const name = opcodeName(opcode);
  if (kind === name) return name;
  if (kind !== 'empty') return `${name}, ${kind}`;
  return bytes === 0 ? `${name}, empty` : name;
}

function sizeText({ bytes, plainBytes, isCompressed, isTruncated }: SocketMessage): string {
  if (plainBytes < 0) return `${bytesText(bytes)} as it travelled`;
  const size = isCompressed
    ? `${bytesText(plainBytes)}, compressed to ${bytesText(bytes)}`
    : bytesText(bytes);
  return isTruncated ? `${size}; its beginning was kept` : size;
}
