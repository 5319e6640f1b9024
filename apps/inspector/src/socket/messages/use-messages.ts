import { useEffect, useMemo, useState } from 'react';
import { api } from '../../api/api.ts';
import { useReading } from '../../detail/use-detail.ts';
import type { SocketView } from '../socket-view.ts';
import { MessageStore } from './message-store.ts';
import { Readings } from './readings.ts';

/** The messages of a WebSocket and what they mean. */
export interface Messages {
  readonly store: MessageStore;
  readonly readings: Readings;
}

/** Of the WebSocket that was looked at last: who comes back from another tab finds all of it again. */
let kept: { readonly id: string; readonly messages: Messages } | undefined;

function messagesOf({ row }: SocketView): Messages {
  if (kept?.id === row.id) return kept.messages;
  const subprotocol = row.socket?.subprotocol ?? '';
  const readings = new Readings({ subprotocol, target: row.target });
  kept = { id: row.id, messages: { store: new MessageStore(readings), readings } };
  return kept.messages;
}

/** Reads on whenever the row or the recording says that there may be more, for as long as it is used. */
export function useMessages(view: SocketView): Messages {
  const { row, socket } = view;
  const [messages] = useState(() => messagesOf(view));
  const { store } = messages;
  useEffect(() => () => store.close(), [store]);
  const newest = socket?.recording?.newest ?? 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: each of them is a reason to read on
  const change = useMemo(() => ({}), [row, newest]);
  useReading(change, async (signal) => {
    if (newest > store.newest)
      store.add((await api.messages(row.id, store.newest, signal)).messages);
  });
  return messages;
}
