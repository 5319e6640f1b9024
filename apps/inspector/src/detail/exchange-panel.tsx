import { visibleText } from '@sellia/inspector/browser';
import { useEffect, useRef } from 'react';
import type { ExchangeRow } from '../api/types.ts';
import { exchangePath, type TabName, useGo } from '../prefs/address.ts';
import { SocketTabs } from '../socket/socket-tabs.tsx';
import { useRow } from '../traffic/use-traffic.ts';
import { useSubject } from '../ui/title-subject.ts';
import styles from './exchange-panel.module.css';
import { pathOf } from './exchange-url.ts';
import { HttpTabs } from './http-tabs.tsx';
import { MissingExchange } from './missing-exchange.tsx';
import { PanelHead } from './panel-head.tsx';
import { RevealScope } from './reveal.tsx';
import { Skeleton } from './skeleton.tsx';
import { useKeptDetail } from './use-kept-detail.ts';

interface ExchangePanelProps {
  readonly id: string;
  readonly tab: string | undefined;
}

/** One exchange, whole. */
export function ExchangePanel({ id, tab }: ExchangePanelProps) {
  const { detail, failure } = useKeptDetail(id);
  const row = useRow(id) ?? detail?.row;
  const go = useGo();
  const panel = useRef<HTMLElement>(null);
  useSubject(row === undefined ? 'Exchange' : subjectOf(row));
  useEffect(() => takeFocus(panel.current), []);
  const onTab = (name: TabName): void => go(exchangePath(id, name), { replace: true });
  return (
    <aside ref={panel} tabIndex={-1} aria-label="Exchange" className={styles.panel}>
      {row === undefined && failure !== undefined ? (
        <MissingExchange failure={failure} />
      ) : (
        <RevealScope>
          {row === undefined ? null : <PanelHead row={row} detail={detail} />}
          {failure === undefined ? null : (
            <p role="status" className={styles.notice}>
              {noticeOf(failure.status, detail !== undefined)}
            </p>
          )}
          {detail === undefined ? (
            failure === undefined ? (
              <Skeleton />
            ) : null
          ) : detail.row.kind === 'http' ? (
            <HttpTabs detail={detail} tab={tab} onTab={onTab} />
          ) : (
            <SocketTabs detail={detail} tab={tab} onTab={onTab} />
          )}
        </RevealScope>
      )}
    </aside>
  );
}

function subjectOf({ method, target, status }: ExchangeRow): string {
  const path = visibleText(pathOf(target).slice(0, 100)).text;
  return `${method.slice(0, 20)} ${path}${status === 0 ? '' : ` ${status}`}`;
}

function noticeOf(status: number, isRead: boolean): string {
  if (status !== 404) {
    return `Sellia does not answer. ${isRead ? 'You see what had been read.' : 'This exchange had not been read.'}`;
  }
  const rest = isRead ? ' You see what had been read of it; its bodies are gone.' : '';
  return `This exchange was dropped to make room.${rest}`;
}

/** On a small window the list goes away, and with it what had the focus. */
function takeFocus(panel: HTMLElement | null): void {
  const { activeElement } = document;
  if (activeElement === null || activeElement === document.body) return;
  if (activeElement.getClientRects().length === 0) panel?.focus();
}
