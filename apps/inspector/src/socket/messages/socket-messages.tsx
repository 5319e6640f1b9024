import { useState, useSyncExternalStore } from 'react';
import type { SocketMessage } from '../../api/types.ts';
import { isLive, type SocketView } from '../socket-view.ts';
import { counted } from '../words.ts';
import { MessageComposer } from './message-composer.tsx';
import { MessageDetail } from './message-detail.tsx';
import { EMPTY_DRAFT, type MessageDraft } from './message-draft.ts';
import { MessageList } from './message-list.tsx';
import type { MessageView } from './message-store.ts';
import { MessageToolbar } from './message-toolbar.tsx';
import { RecordBar } from './record-bar.tsx';
import styles from './socket-messages.module.css';
import { useMessages } from './use-messages.ts';

/** What was said, where somebody asked for it to be kept. */
export function SocketMessages(view: SocketView) {
  const { row, socket } = view;
  if (socket !== undefined) return <OpenMessages {...view} />;
  const isComing = row.state === 'connecting' || row.socket !== undefined;
  return <p className={styles.none}>{isComing ? 'Not open yet.' : 'It never opened.'}</p>;
}

function OpenMessages(view: SocketView) {
  const { store, readings } = useMessages(view);
  const messages = useSyncExternalStore(store.subscribe, store.view);
  const [selected, setSelected] = useState<SocketMessage>();
  const [draft, setDraft] = useState<MessageDraft>();
  const { row, socket } = view;
  const hasRecording = socket?.recording !== undefined;
  const compose = isLive(row) ? (wanted = EMPTY_DRAFT) => setDraft(wanted) : undefined;
  return (
    <div className={styles.messages}>
      <RecordBar {...view} onCompose={draft === undefined ? compose : undefined} />
      {draft === undefined || compose === undefined ? null : (
        <MessageComposer
          id={row.id}
          draft={draft}
          isRecording={socket?.recording?.isOn === true}
          onDraft={setDraft}
          onClose={() => setDraft(undefined)}
        />
      )}
      {hasRecording ? <MessageToolbar row={row} store={store} view={messages} /> : null}
      {messages.shown.length === 0 ? (
        <p className={styles.none}>{hasRecording ? emptyText(messages) : ''}</p>
      ) : (
        <MessageList
          shown={messages.shown}
          readings={readings}
          selected={selected}
          onSelect={setSelected}
        />
      )}
      <Losses view={messages} />
      {selected === undefined ? null : (
        <MessageDetail
          message={selected}
          readings={readings}
          onCompose={compose}
          onClose={() => setSelected(undefined)}
        />
      )}
    </div>
  );
}

function emptyText({ total, isSearching }: MessageView): string {
  if (isSearching) return '';
  return total === 0 ? 'No message has come yet.' : 'No message is like that.';
}

function Losses({ view: { missed, letGo } }: { readonly view: MessageView }) {
  if (missed === 0 && letGo === 0) return null;
  const texts = [
    missed === 0 ? '' : `${counted(missed, 'message')} went by too fast, or before this was opened`,
    letGo === 0 ? '' : `${counted(letGo, 'older message')} let go by this page`,
  ];
  return (
    <p className={styles.losses}>Not shown: {texts.filter((text) => text !== '').join('; ')}.</p>
  );
}
