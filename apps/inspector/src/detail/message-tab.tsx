import { queryFields } from '@sellia/inspector/browser';
import type { Direction, ExchangeDetail } from '../api/types.ts';
import { BodyView } from '../body/body-view.tsx';
import { CookieTable } from './cookie-table.tsx';
import { FieldTable } from './field-table.tsx';
import { HeaderList } from './header-list.tsx';
import styles from './message-tab.module.css';
import { isOver } from './state-words.ts';

interface MessageTabProps {
  readonly detail: ExchangeDetail;
  readonly direction: Direction;
}

/** One direction: its headers, what can be read from them, and its body. */
export function MessageTab({ detail, direction }: MessageTabProps) {
  const { row } = detail;
  const { headers, trailers, body } = detail[direction];
  const isRequest = direction === 'request';
  if (!isRequest && headers.length === 0 && row.firstByteMs < 0) {
    return (
      <p className={styles.none}>{isOver(row) ? 'Your app gave no answer.' : 'No answer yet.'}</p>
    );
  }
  return (
    <>
      {isRequest ? <FieldTable title="Query" fields={queryFields(row.target)} /> : null}
      <HeaderList title={isRequest ? 'Request headers' : 'Response headers'} lines={headers} />
      <CookieTable lines={headers} direction={direction} />
      <BodyView
        id={row.id}
        direction={direction}
        facts={body}
        headers={headers}
        state={row.state}
      />
      {trailers.length === 0 ? null : <HeaderList title="Trailers" lines={trailers} />}
    </>
  );
}
