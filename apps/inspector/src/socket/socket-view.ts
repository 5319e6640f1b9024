import type { ExchangeDetail, ExchangeRow, SocketDetail } from '../api/types.ts';

/** What every tab of a WebSocket is given. */
export interface SocketView {
  /** As it is now; newer than that of `detail`. */
  readonly row: ExchangeRow;
  readonly detail: ExchangeDetail;
  /** Its figures; undefined before it has opened, and where it never did. */
  readonly socket: SocketDetail | undefined;
  /** Unix milliseconds; goes on by the second while the connection does. */
  readonly now: number;
}

/** The connection may still go on; it has no duration yet. */
export function isLive(row: ExchangeRow): boolean {
  return row.durationMs < 0;
}
