import { create } from 'zustand';
import { read, send } from '../api/api.ts';
import type { SocketLevel } from '../api/types.ts';
import { useSession } from '../traffic/session.ts';

/** What the program itself keeps and masks, until it ends. */
export interface ServerSettings {
  /** Names of headers, parameters and fields that are secrets, too. */
  readonly redact: readonly string[];
  /** Kept of each body. */
  readonly bodyBytes: number;
  /** Kept of each WebSocket that opens from now on. */
  readonly socketLevel: SocketLevel;
}

/** As they are known here; undefined until they were read. */
export const useServerSettings = create<{ readonly values: ServerSettings | undefined }>(() => ({
  values: undefined,
}));

/** Throws ApiFailure. */
export async function changeSettings(change: Partial<ServerSettings>): Promise<void> {
  useServerSettings.setState({ values: await send('PATCH', '/settings', change) });
}

/** Throws ApiFailure. */
export async function readSettings(): Promise<void> {
  useServerSettings.setState({ values: await read('/settings') });
}

/** Reads them whenever the page's link comes up: another run may have others. */
export function followSettings(): void {
  useSession.subscribe((now, before) => {
    // A failure leaves those that are known; the link says that something is wrong.
    if (now.link === 'live' && before.link !== 'live') void readSettings().catch(() => undefined);
  });
}
