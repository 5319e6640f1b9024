import type { ExchangeDetail, ExchangeRow } from '../api/types.ts';
import { maskTarget } from '../settings/masking.ts';
import { TagLine } from '../tags/tag-line.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { Pill } from '../ui/pill.tsx';
import { CapturedText } from './captured-text.tsx';
import { publicUrl } from './exchange-url.ts';
import { HeadActions } from './head-actions.tsx';
import { HeadMoves } from './head-moves.tsx';
import { Note } from './note.tsx';
import styles from './panel-head.module.css';
import { Relations } from './relations.tsx';
import { Secret } from './secret.tsx';
import { STATE_WORDS, statusTone } from './state-words.ts';

interface PanelHeadProps {
  readonly row: ExchangeRow;
  /** Undefined until it was read. */
  readonly detail: ExchangeDetail | undefined;
}

/** Above the tabs: which exchange it is, and what can be done with it. */
export function PanelHead({ row, detail }: PanelHeadProps) {
  const url = publicUrl(row);
  return (
    <header className={styles.head}>
      <div className={styles.line}>
        <h2 className={styles.title}>
          <span className={styles.method}>
            <CapturedText text={row.method} most={30} />
          </span>
          <StatusPill row={row} />
          <span className={styles.state}>{stateText(row)}</span>
        </h2>
        <HeadMoves id={row.id} />
      </div>
      <div className={styles.line}>
        <p className={styles.url}>
          <Secret text={url} masked={maskTarget(url)} name="the URL" most={400} />
        </p>
        <CopyButton text={url} what="the URL" title="Copy the URL (u)" />
      </div>
      <HeadActions row={row} detail={detail} />
      <Relations replayOf={row.replayOf} replays={detail?.replays ?? []} />
      <TagLine row={row} />
      {detail === undefined ? null : <Note id={row.id} note={detail.note} />}
    </header>
  );
}

function StatusPill({ row }: { readonly row: ExchangeRow }) {
  const { status, reason } = row;
  if (status === 0) return null;
  return (
    <Pill tone={statusTone(row)}>
      {status}
      {reason === '' ? null : (
        <>
          {' '}
          <CapturedText text={reason} most={80} />
        </>
      )}
    </Pill>
  );
}

/** Of what went well the status says enough. */
function stateText({ state }: ExchangeRow): string {
  return state === 'done' ? '' : STATE_WORDS[state];
}
