import { exactText } from '../copy/text.ts';
import type { ExchangeRow } from '../exchange/row.ts';
import { base64 } from './har-body.ts';
import type { HarExchange, HarMessage } from './har-exchange.ts';
import type { HarEntry, HarWebSocketClose, HarWebSocketMessage } from './har-log.ts';

/** The close code of a connection that ended without a close frame (RFC 6455 section 7.4.1). */
export const CLOSE_ABNORMAL = 1006;

/** What Chrome and HTTP Toolkit say of a WebSocket; nothing for another exchange. */
export function harWebSocket({ detail, messages = [] }: HarExchange): Partial<HarEntry> {
  const { row } = detail;
  if (row.kind !== 'websocket') return {};
  const close = harClose(row);
  return {
    _resourceType: 'websocket',
    _webSocketMessages: messages.map(harMessage),
    ...(close === undefined ? {} : { _webSocketClose: close }),
  };
}

function harMessage({ direction, opcode, payload, at, isOwn }: HarMessage): HarWebSocketMessage {
  const text = opcode === 1 ? exactText(payload) : undefined;
  return {
    type: direction === 'up' ? 'send' : 'receive',
    // A text message of invalid UTF-8 can be written as bytes only.
    opcode: opcode === 1 && text === undefined ? 2 : opcode,
    data: text ?? base64(payload),
    time: at / 1000,
    ...(isOwn === true ? { _own: true } : {}),
  };
}

function harClose(row: ExchangeRow): HarWebSocketClose | 'aborted' | undefined {
  const close = row.socket?.close;
  if (close === undefined) return row.state === 'aborted' ? 'aborted' : undefined;
  if (close.code === CLOSE_ABNORMAL) return 'aborted';
  const endedAt = row.startedAt + Math.max(0, row.durationMs);
  return { code: close.code, reason: close.reason, timestamp: endedAt / 1000 };
}
