import { type ReactNode, Suspense } from 'react';
import type { ExchangeDetail } from '../api/types.ts';
import { useCommands } from '../commands/commands.ts';
import type { TabName } from '../prefs/address.ts';
import { useRow } from '../traffic/use-traffic.ts';
import { lazyView } from '../ui/lazy-view.ts';
import { useNow } from '../ui/now.ts';
import { type Tab, Tabs } from '../ui/tabs.tsx';
import { SocketActivity } from './activity/socket-activity.tsx';
import { SocketHandshakeTab } from './handshake/socket-handshake.tsx';
import { SocketOverview } from './overview/socket-overview.tsx';
import { isLive, type SocketView } from './socket-view.ts';
import { useSocket } from './use-socket.ts';

const SocketMessages = lazyView(
  async () => (await import('./messages/socket-messages.tsx')).SocketMessages,
);
const SocketRaw = lazyView(async () => (await import('./socket-raw.tsx')).SocketRaw);

type SocketTab = Extract<TabName, 'overview' | 'handshake' | 'activity' | 'messages' | 'raw'>;

const TABS: readonly Tab<SocketTab>[] = [
  { name: 'overview', label: 'Overview' },
  { name: 'handshake', label: 'Handshake' },
  { name: 'activity', label: 'Activity' },
  { name: 'messages', label: 'Messages' },
  { name: 'raw', label: 'Raw' },
];

/** Of an upgrade to another protocol only the heads can be read. */
const OTHER_TABS = TABS.filter(({ name }) => name !== 'activity' && name !== 'messages');

interface SocketTabsProps {
  readonly detail: ExchangeDetail;
  readonly tab: string | undefined;
  readonly onTab: (tab: TabName) => void;
}

const SECOND_MS = 1_000;

/** All that is known of a WebSocket. Give it a `key` where it can be about another. */
export function SocketTabs({ detail, tab, onTab }: SocketTabsProps) {
  const kept = useRow(detail.row.id);
  const row = kept ?? detail.row;
  // Of what was dropped there is nothing more to read.
  const now = useNow(SECOND_MS, isLive(row) && kept !== undefined);
  const socket = useSocket(row, now);
  const tabs = row.kind === 'websocket' ? TABS : OTHER_TABS;
  const at = Math.max(
    0,
    tabs.findIndex(({ name }) => name === tab),
  );
  const tabAt = (place: number): SocketTab =>
    (tabs[(place + tabs.length) % tabs.length] as Tab<SocketTab>).name;
  useCommands({
    'previous-tab': () => onTab(tabAt(at - 1)),
    'next-tab': () => onTab(tabAt(at + 1)),
  });
  return (
    <Tabs label="Parts of the WebSocket" tabs={tabs} selected={tabAt(at)} onSelect={onTab}>
      <Suspense>{contentOf(tabAt(at), { row, detail, socket, now })}</Suspense>
    </Tabs>
  );
}

function contentOf(name: SocketTab, view: SocketView): ReactNode {
  if (name === 'handshake') return <SocketHandshakeTab {...view} />;
  if (name === 'activity') return <SocketActivity {...view} />;
  if (name === 'messages') return <SocketMessages {...view} />;
  return name === 'raw' ? <SocketRaw {...view} /> : <SocketOverview {...view} />;
}
