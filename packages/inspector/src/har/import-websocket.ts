import type { ExchangeRow, SocketClose, SocketFlow, SocketRow } from '../exchange/row.ts';
import { fromBase64 } from './har-body.ts';
import type { HarMessage } from './har-exchange.ts';
import { CLOSE_ABNORMAL } from './har-websocket.ts';
import { BODY_MAX, MESSAGES_MAX } from './import-limits.ts';
import {
  hasRecord,
  type JsonRecord,
  readChoice,
  readCount,
  readList,
  readNumber,
  readRecord,
  readText,
  recordOf,
} from './json-record.ts';

export const SIDES = [
  'visitor',
  'relay',
  'link',
  'client',
  'upstream',
] as const satisfies SocketClose['side'][];

/** Characters of a close reason: 123 bytes fit a frame. */
const REASON_MAX = 123;

export function importMessages(entry: JsonRecord): HarMessage[] {
  return readList(entry, '_webSocketMessages', MESSAGES_MAX).map((item) =>
    importSent(recordOf(item)),
  );
}

function importSent(message: JsonRecord): HarMessage {
  const opcode = readCount(message, 'opcode') & 0xf;
  const text = readText(message, 'data', BODY_MAX);
  return {
    direction:
      readChoice(message, 'type', ['send', 'receive'], 'receive') === 'send' ? 'up' : 'down',
    opcode,
    // What is no Base64 is kept as the text it is.
    payload: (opcode === 1 ? undefined : fromBase64(text)) ?? new TextEncoder().encode(text),
    at: readNumber(message, 'time', 0) * 1000,
  };
}

/** Counters that Sellia wrote count; else those of the messages in the file. */
export function importSocket(
  entry: JsonRecord,
  messages: readonly HarMessage[],
  subprotocol: string,
): SocketRow {
  const told = readRecord(readRecord(entry, '_sellia'), 'socket');
  const close = importClose(entry, readRecord(told, 'close'));
  return {
    subprotocol,
    up: importFlow(told, 'up', messages),
    down: importFlow(told, 'down', messages),
    ...(close === undefined ? {} : { close }),
  };
}

function importFlow(
  told: JsonRecord,
  direction: 'up' | 'down',
  messages: readonly HarMessage[],
): SocketFlow {
  if (hasRecord(told, direction)) {
    const flow = readRecord(told, direction);
    const [pings, pongs] = [readCount(flow, 'pings'), readCount(flow, 'pongs')];
    return { messages: readCount(flow, 'messages'), bytes: readCount(flow, 'bytes'), pings, pongs };
  }
  const sent = messages.filter((message) => message.direction === direction);
  const bytes = sent.reduce((sum, message) => sum + message.payload.length, 0);
  return { messages: sent.length, bytes, pings: 0, pongs: 0 };
}

function importClose(entry: JsonRecord, told: JsonRecord): SocketClose | undefined {
  const side = readChoice(told, 'side', SIDES, 'visitor');
  if (readChoice(entry, '_webSocketClose', ['aborted', ''], '') === 'aborted') {
    return { code: CLOSE_ABNORMAL, reason: readText(told, 'reason', REASON_MAX), side };
  }
  if (!hasRecord(entry, '_webSocketClose')) return undefined;
  const close = readRecord(entry, '_webSocketClose');
  return { code: readCount(close, 'code'), reason: readText(close, 'reason', REASON_MAX), side };
}

/** Whatever it was when the file was written: nothing of it goes on. */
export function socketState(status: number, close: SocketClose | undefined): ExchangeRow['state'] {
  if (status !== 101 && status !== 0 && status !== 200) return 'rejected';
  return close === undefined || close.code === CLOSE_ABNORMAL ? 'aborted' : 'closed';
}
