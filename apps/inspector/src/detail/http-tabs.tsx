import { Suspense } from 'react';
import type { ExchangeDetail, ExchangeRow } from '../api/types.ts';
import { EventsView } from '../body/events-view.tsx';
import { useCommands } from '../commands/commands.ts';
import type { TabName } from '../prefs/address.ts';
import { lazyView } from '../ui/lazy-view.ts';
import { type Tab, Tabs } from '../ui/tabs.tsx';
import { MessageTab } from './message-tab.tsx';
import { OverviewTab } from './overview-tab.tsx';
import { TimingTab } from './timing-tab.tsx';

const RawTab = lazyView(async () => (await import('./raw-tab.tsx')).RawTab);

interface HttpTabsProps {
  readonly detail: ExchangeDetail;
  readonly tab: string | undefined;
  readonly onTab: (tab: TabName) => void;
}

/** What is to be seen of an HTTP exchange. */
export function HttpTabs({ detail, tab, onTab }: HttpTabsProps) {
  const tabs = tabsOf(detail.row);
  const at = Math.max(
    0,
    tabs.findIndex(({ name }) => name === tab),
  );
  const selected = tabs[at]?.name ?? 'overview';
  const step = (by: number): void => {
    const next = tabs[(at + by + tabs.length) % tabs.length];
    if (next !== undefined) onTab(next.name);
  };
  useCommands({ 'previous-tab': () => step(-1), 'next-tab': () => step(1) });
  return (
    <Tabs label="Parts of the exchange" tabs={tabs} selected={selected} onSelect={onTab}>
      <Suspense>
        <Content key={selected} detail={detail} tab={selected} />
      </Suspense>
    </Tabs>
  );
}

function Content({ detail, tab }: { readonly detail: ExchangeDetail; readonly tab: TabName }) {
  switch (tab) {
    case 'request':
    case 'response':
      return <MessageTab detail={detail} direction={tab} />;
    case 'timing':
      return <TimingTab detail={detail} />;
    case 'raw':
      return <RawTab detail={detail} />;
    case 'events':
      return <EventsView id={detail.row.id} row={detail.row} />;
    default:
      return <OverviewTab detail={detail} />;
  }
}

const EVENTS =
  /^(?:text\/event-stream|application\/(?:x-ndjson|ndjson|jsonl|x-jsonlines|jsonlines|stream\+json))$/;

function tabsOf({ responseType }: ExchangeRow): Tab<TabName>[] {
  const events: Tab<TabName>[] = EVENTS.test(responseType)
    ? [{ name: 'events', label: 'Events' }]
    : [];
  return [
    { name: 'overview', label: 'Overview' },
    { name: 'request', label: 'Request' },
    { name: 'response', label: 'Response' },
    ...events,
    { name: 'timing', label: 'Timing' },
    { name: 'raw', label: 'Raw' },
  ];
}
