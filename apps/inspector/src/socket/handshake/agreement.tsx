import {
  oddOffer,
  readOffer,
  type SocketExtension,
  type SocketHandshake,
} from '@sellia/inspector/browser';
import type { ReactNode } from 'react';
import { CapturedText } from '../../detail/captured-text.tsx';
import { Fact, Facts } from '../../ui/facts.tsx';
import { durationText } from '../../ui/numbers.ts';
import { Pill, type Tone } from '../../ui/pill.tsx';
import { switchParts } from '../overview/time-to-switch.ts';
import type { SocketView } from '../socket-view.ts';
import styles from './agreement.module.css';
import { deflateSentences } from './deflate-text.ts';

/** What was offered and what was chosen; of an upgrade that was not accepted the offer alone. */
export function Agreement({ row, detail, socket }: SocketView) {
  const offer = socket?.handshake ?? readOffer(detail.request.headers);
  const chosen = socket?.handshake;
  const parts = switchParts(detail.timing);
  return (
    <Facts>
      <Fact name="Subprotocol">
        <Subprotocols offered={offer.offeredSubprotocols} chosen={chosen?.subprotocol} />
      </Fact>
      <Fact name="Extensions offered">
        <Extensions extensions={offer.offeredExtensions} />
      </Fact>
      <Fact name="Extensions accepted">
        {chosen === undefined ? '' : <Extensions extensions={chosen.extensions} />}
      </Fact>
      <Fact name="Compression">{chosen === undefined ? '' : <Compression {...chosen} />}</Fact>
      <Fact name="Version">
        {offer.version === '' ? 'none' : <CapturedText text={offer.version} most={60} />}
        <Verdict tone={offer.version === '13' ? 'good' : 'bad'}>
          {offer.version === '13' ? 'the only one there is' : 'not 13'}
        </Verdict>
      </Fact>
      <Fact name="Key">
        Sec-WebSocket-Key
        <Verdict tone={offer.key === 'valid' ? 'good' : 'bad'}>{offer.key}</Verdict>
      </Fact>
      <Fact name="Accept">{chosen === undefined ? '' : <Accept accept={chosen.accept} />}</Fact>
      <Fact name={row.status === 101 ? 'Time to 101' : 'Time to the answer'}>
        {row.firstByteMs < 0
          ? ''
          : [durationText(row.firstByteMs), parts.join(', ')].filter(Boolean).join(': ')}
      </Fact>
    </Facts>
  );
}

/** Sentences on what is odd about the heads; empty when all is well. */
export function oddities({ detail, socket }: SocketView): readonly string[] {
  return socket?.handshake.odd ?? oddOffer(readOffer(detail.request.headers));
}

function Verdict({ tone, children }: { readonly tone: Tone; readonly children: ReactNode }) {
  return (
    <span className={styles.verdict}>
      <Pill tone={tone}>{children}</Pill>
    </span>
  );
}

interface SubprotocolsProps {
  readonly offered: readonly string[];
  /** Empty: none. Undefined: nobody answered. */
  readonly chosen: string | undefined;
}

function Subprotocols({ offered, chosen }: SubprotocolsProps) {
  if (offered.length === 0 && (chosen ?? '') === '') return 'none offered';
  // A chosen one that was not offered is shown as well.
  const all = chosen === undefined || chosen === '' ? offered : [...new Set([...offered, chosen])];
  return (
    <ul className={styles.list}>
      {all.map((name, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: one may be offered twice
        <li key={i}>
          <code>
            <CapturedText text={name} most={200} />
          </code>
          {name === chosen ? <Verdict tone="good">chosen</Verdict> : null}
          {offered.includes(name) ? null : <Verdict tone="bad">not offered</Verdict>}
        </li>
      ))}
      {chosen === '' ? <li>none chosen</li> : null}
    </ul>
  );
}

function Extensions({ extensions }: { readonly extensions: readonly SocketExtension[] }) {
  if (extensions.length === 0) return 'none';
  return (
    <ul className={styles.list}>
      {extensions.map((extension, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: one may come twice
        <li key={i}>
          <code>
            <CapturedText text={extensionText(extension)} most={500} />
          </code>
        </li>
      ))}
    </ul>
  );
}

function extensionText({ name, parameters }: SocketExtension): string {
  const texts = parameters.map((one) => (one.value === '' ? one.name : `${one.name}=${one.value}`));
  return [name, ...texts].join('; ');
}

function Compression({ deflate, extensions }: SocketHandshake) {
  if (deflate === undefined) {
    return extensions.length === 0 ? 'Messages are not compressed.' : 'Not one that is known here.';
  }
  return (
    <ul className={styles.list}>
      {deflateSentences(deflate).map((sentence) => (
        <li key={sentence}>{sentence}</li>
      ))}
    </ul>
  );
}

const ACCEPTS: Readonly<Record<SocketHandshake['accept'], Tone>> = {
  right: 'good',
  wrong: 'bad',
  missing: 'bad',
  unknown: 'plain',
};

function Accept({ accept }: Pick<SocketHandshake, 'accept'>) {
  return (
    <>
      Sec-WebSocket-Accept
      <Verdict tone={ACCEPTS[accept]}>{accept === 'right' ? 'belongs to the key' : accept}</Verdict>
    </>
  );
}
