import { useMemo, useRef } from 'react';
import { api } from '../api/api.ts';
import type { ExchangeRow, SocketDetail } from '../api/types.ts';
import { useReading } from '../detail/use-detail.ts';

/**
 * The figures of a WebSocket, read again with its row and with `now`, since rates fall and time
 * passes where nothing happens. Undefined until it has opened; what was read stays when the server
 * is gone.
 */
export function useSocket(row: ExchangeRow, now: number): SocketDetail | undefined {
  // biome-ignore lint/correctness/useExhaustiveDependencies: each of them is a reason to read again
  const change = useMemo(() => ({}), [row, now]);
  const hasOpened = row.socket !== undefined;
  const { value } = useReading(change, async (signal) =>
    hasOpened ? api.socket(row.id, signal) : undefined,
  );
  const last = useRef<SocketDetail>(undefined);
  last.current = value ?? last.current;
  return last.current;
}
