import { decodeText, mediaType } from '@sellia/inspector/bodies';
import { type HarExchange, type HarMessage, opcodeName } from '@sellia/inspector/browser';
import { useState } from 'react';
import { CapturedText } from '../detail/captured-text.tsx';
import { HeaderList } from '../detail/header-list.tsx';
import { usePrefs } from '../prefs/prefs.ts';
import { TagWords } from '../tags/tag-words.tsx';
import { Button } from '../ui/button.tsx';
import { Fact, Facts } from '../ui/facts.tsx';
import { Icon } from '../ui/icon.tsx';
import { bytesText, countText, dateTimeText, durationText, timeText } from '../ui/numbers.ts';
import { Section } from '../ui/section.tsx';
import { type Tab, Tabs } from '../ui/tabs.tsx';
import { visibleLine } from '../ui/visible-line.ts';
import styles from './imported-exchange.module.css';

type TabName = 'overview' | 'request' | 'response' | 'messages';

interface ImportedExchangeProps {
  readonly exchange: HarExchange;
  readonly onClose: () => void;
}

/** One exchange of a file, as far as the file goes. */
export function ImportedExchange({ exchange, onClose }: ImportedExchangeProps) {
  const [tab, setTab] = useState<TabName>('overview');
  const { row } = exchange.detail;
  return (
    <aside aria-label="Exchange" className={styles.panel}>
      <header className={styles.head}>
        <h2 className={styles.title}>{visibleLine(`${row.method} ${row.target}`)}</h2>
        <Button look="plain" isSquare aria-label="Close the exchange" onClick={onClose}>
          <Icon name="close" />
        </Button>
      </header>
      <Tabs label="Parts" tabs={tabsOf(exchange)} selected={tab} onSelect={setTab}>
        {tab === 'overview' ? <Overview exchange={exchange} /> : null}
        {tab === 'request' ? <Side exchange={exchange} side="request" /> : null}
        {tab === 'response' ? <Side exchange={exchange} side="response" /> : null}
        {tab === 'messages' ? <Messages messages={exchange.messages ?? []} /> : null}
      </Tabs>
    </aside>
  );
}

function tabsOf({ messages }: HarExchange): Tab<TabName>[] {
  const tabs: Tab<TabName>[] = [
    { name: 'overview', label: 'Overview' },
    { name: 'request', label: 'Request' },
    { name: 'response', label: 'Response' },
  ];
  if (messages !== undefined) {
    tabs.push({ name: 'messages', label: 'Messages', count: messages.length });
  }
  return tabs;
}

function Overview({ exchange: { detail } }: { readonly exchange: HarExchange }) {
  const isUtc = usePrefs((prefs) => prefs.isUtc);
  const { row, request, response, note } = detail;
  const { failure } = row;
  return (
    <Section title="What happened">
      <Facts>
        <Fact name="URL">
          <CapturedText text={`${row.scheme}://${row.host}${row.target}`} />
        </Fact>
        <Fact name="Answer">
          {row.status === 0 ? row.state : <CapturedText text={`${row.status} ${row.reason}`} />}
        </Fact>
        <Fact name="Failure">
          {failure === undefined ? '' : <CapturedText text={failure.reason} />}
        </Fact>
        <Fact name="Begun">{dateTimeText(row.startedAt, isUtc)}</Fact>
        <Fact name="Took">{durationText(row.durationMs)}</Fact>
        <Fact name="Request body">{sizeText(request.body)}</Fact>
        <Fact name="Response body">{sizeText(response.body)}</Fact>
        <Fact name="Tags">
          {row.tags === undefined ? '' : <TagWords tags={row.tags} isWhole />}
        </Fact>
        <Fact name="Note">{note === '' ? '' : <CapturedText text={note} />}</Fact>
      </Facts>
    </Section>
  );
}

function sizeText({ bytes, keptBytes, type }: HarExchange['detail']['request']['body']): string {
  const kept = keptBytes < bytes ? `, ${bytesText(keptBytes)} of it in the file` : '';
  return bytes === 0 ? 'none' : `${bytesText(bytes)}${kept} ${visibleLine(type)}`;
}

interface SideProps {
  readonly exchange: HarExchange;
  readonly side: 'request' | 'response';
}

function Side({ exchange, side }: SideProps) {
  const { headers, body } = exchange.detail[side];
  const bytes = side === 'request' ? exchange.requestBody : exchange.responseBody;
  const title = side === 'request' ? 'Request headers' : 'Response headers';
  return (
    <>
      <HeaderList title={title} lines={headers} />
      <Section title="Body">
        {bytes.length === 0 ? (
          <p className={styles.note}>There is none in the file.</p>
        ) : (
          <pre className={styles.body}>
            <CapturedText text={decodeText(bytes, mediaType(body.type).charset).text} />
          </pre>
        )}
      </Section>
    </>
  );
}

/** Messages that are drawn until somebody asks for more. */
const MESSAGES_SHOWN = 200;
/** Characters of a message that are shown at first. */
const MESSAGE_TEXT = 500;

function Messages({ messages }: { readonly messages: readonly HarMessage[] }) {
  const [most, setMost] = useState(MESSAGES_SHOWN);
  const isUtc = usePrefs((prefs) => prefs.isUtc);
  if (messages.length === 0) return <p className={styles.none}>There are none in the file.</p>;
  return (
    <ol className={styles.messages}>
      {messages.slice(0, most).map(({ direction, opcode, payload, at }, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are never another
        <li key={i} className={styles.message}>
          <span className={styles.meta}>
            {direction === 'up' ? '↑ to the server' : '↓ to the visitor'} {timeText(at, isUtc)}{' '}
            {opcodeName(opcode)}, {bytesText(payload.length)}
          </span>
          <CapturedText text={decodeText(payload, '').text} most={MESSAGE_TEXT} />
        </li>
      ))}
      {messages.length > most ? (
        <li>
          <Button onClick={() => setMost(most + 5 * MESSAGES_SHOWN)}>
            More of {countText(messages.length)}
          </Button>
        </li>
      ) : null}
    </ol>
  );
}
