import { api, type FetchedBody } from '../api/api.ts';
import type { Direction, ExchangeDetail } from '../api/types.ts';
import { usePrefs } from '../prefs/prefs.ts';
import { Button } from '../ui/button.tsx';
import { copyText } from '../ui/clipboard.ts';
import { Section } from '../ui/section.tsx';
import { CapturedText } from './captured-text.tsx';
import styles from './raw-tab.module.css';
import { rawBody, rawHead } from './raw-text.ts';
import { RevealButton, useReveal } from './reveal.tsx';
import { useReading } from './use-detail.ts';

/** Characters of a body that are drawn until somebody asks for all of them. */
const SHOWN_MAX = 64 * 1024;

/** Both messages as they travelled, but for the framing of their bodies. */
export function RawTab({ detail }: { readonly detail: ExchangeDetail }) {
  return (
    <>
      <Message detail={detail} direction="request" />
      <Message detail={detail} direction="response" />
    </>
  );
}

interface MessageProps {
  readonly detail: ExchangeDetail;
  readonly direction: Direction;
}

function Message({ detail, direction }: MessageProps) {
  const { isRevealed } = useReveal();
  const wraps = usePrefs((prefs) => prefs.wraps);
  const { body, trailers } = detail[direction];
  const { value, failure } = useReading<FetchedBody | undefined>(body.keptBytes, (signal) =>
    body.keptBytes === 0
      ? Promise.resolve(undefined)
      : api.body(detail.row.id, direction, false, signal),
  );
  const head = rawHead(detail, direction, !isRevealed);
  const { text, notice } = rawBody(detail, direction, value?.bytes ?? new Uint8Array());
  const isRead = value !== undefined || body.keptBytes === 0;
  const copy = (): void => {
    const exact = rawHead(detail, direction, usePrefs.getState().copiesMasked);
    void copyText(`${exact}\n${text ?? ''}`, `the ${direction}`);
  };
  return (
    <Section
      title={direction === 'request' ? 'Request' : 'Response'}
      actions={
        <>
          {direction === 'request' ? <RevealButton /> : null}
          <Button onClick={copy}>Copy {direction}</Button>
        </>
      }
    >
      {head === '' ? (
        <p className={styles.notice}>None.</p>
      ) : (
        <pre className={styles.raw} data-wraps={wraps}>
          <CapturedText text={head} most={SHOWN_MAX} />
          {'\n'}
          {text === undefined ? null : <CapturedText text={text} most={SHOWN_MAX} />}
        </pre>
      )}
      <p className={styles.notice}>
        {failure !== undefined ? failure.message : isRead ? notice : 'The body is being read …'}
      </p>
      {trailers.length === 0 ? null : (
        <p className={styles.notice}>Trailers follow the body; see the tab of the {direction}.</p>
      )}
    </Section>
  );
}
