import { CLIENT_ERRORS } from '@sellia/client';
import { ERRORS, OPEN_FIELD, type Opening, type Side } from '@sellia/protocol';
import type { ExchangeTiming } from '../exchange/detail.ts';
import { headerText, mediaTypeOf } from '../exchange/header-lines.ts';
import type { ExchangeFailure, ExchangeRow } from '../exchange/row.ts';
import { EXCHANGE_KINDS, EXCHANGE_STATES } from '../exchange/states.ts';
import type { ReadLog } from './dropped-log.ts';
import { fieldsOf, LoggedMessage } from './kept-message.ts';
import { FIELD, PIECE, PLACES } from './record-fields.ts';

/** What a log does not know of its exchange. */
export type Unlogged = 'id' | 'order' | 'tunnel' | 'isPinned' | 'operation' | 'socket';

/** A log as a row: everything is understood here, and nothing of it kept. */
export function readRow(log: ReadLog): Omit<ExchangeRow, Unlogged> {
  const request = new LoggedMessage(log, PLACES.request);
  const response = new LoggedMessage(log, PLACES.response);
  const opened = request.fields;
  const visitor = opened[OPEN_FIELD.visitorAddress] ?? '';
  const lines = opened.slice(OPEN_FIELD.headers);
  const [, reason = '', ...answered] = response.fields;
  const failure = readFailure(log);
  return {
    kind: kindOf(log),
    state: stateOf(log),
    method: opened[OPEN_FIELD.method] ?? '',
    target: opened[OPEN_FIELD.target] ?? '',
    host: headerText(lines, 'host'),
    scheme: opened[OPEN_FIELD.scheme] as ExchangeRow['scheme'],
    visitor,
    // A visitor may send that header, too, but has an address.
    replayOf: visitor === '' ? headerText(lines, 'sellia-replay') : '',
    startedAt: log.number(FIELD.startedAt),
    status: log.number(FIELD.status),
    reason,
    firstByteMs: log.number(FIELD.firstByteMs),
    durationMs: log.number(FIELD.durationMs),
    requestType: mediaTypeOf(lines),
    responseType: mediaTypeOf(answered),
    requestBytes: request.bytes,
    responseBytes: response.bytes,
    isTruncated: request.isTruncated || response.isTruncated,
    ...(failure === undefined ? {} : { failure }),
  };
}

export function readTiming(log: ReadLog): ExchangeTiming {
  const isDone = stateOf(log) === 'done';
  return {
    connectMs: log.number(FIELD.connectMs),
    isReused: log.number(FIELD.isReused) !== 0,
    requestSentMs: log.number(FIELD.requestSentMs),
    responseEndMs: isDone ? log.number(FIELD.durationMs) : -1,
    firstByteMs: log.number(FIELD.firstByteMs),
    durationMs: log.number(FIELD.durationMs),
    relayMs:
      stateOf(log) === 'refused' ? -1 : log.number(FIELD.startedAt) - readOpening(log).receivedAt,
    visitorFirstByteMs: log.number(FIELD.visitorFirstByteMs),
    visitorTotalMs: log.number(FIELD.visitorTotalMs),
  };
}

export function readOpening(
  log: ReadLog,
): Pick<Opening, 'visitorAddress' | 'tlsVersion' | 'requestId' | 'receivedAt'> {
  const opened = fieldsOf(log, PLACES.request.head);
  return {
    visitorAddress: opened[OPEN_FIELD.visitorAddress] ?? '',
    tlsVersion: opened[OPEN_FIELD.tlsVersion] ?? '',
    requestId: opened[OPEN_FIELD.requestId] ?? '',
    receivedAt: Number(opened[OPEN_FIELD.receivedAt]),
  };
}

export function kindOf(log: ReadLog): ExchangeRow['kind'] {
  return EXCHANGE_KINDS[log.number(FIELD.kind)] as ExchangeRow['kind'];
}

/** Without what the frames of a WebSocket tell. */
export function stateOf(log: ReadLog): ExchangeRow['state'] {
  return EXCHANGE_STATES[log.number(FIELD.state)] as ExchangeRow['state'];
}

function readFailure(log: ReadLog): ExchangeFailure | undefined {
  const text = log.read(PIECE.failure).toString();
  if (text === '') return undefined;
  const at = text.indexOf('\0');
  const code = text.slice(0, at);
  const side = stateOf(log) === 'refused' ? 'relay' : sideOf(code);
  return { code, side, reason: text.slice(at + 1) };
}

const SIDES: Readonly<Record<string, { readonly side: Side }>> = { ...CLIENT_ERRORS, ...ERRORS };

/** A code of a newer relay is the relay's. */
export function sideOf(code: string): Side {
  return SIDES[code]?.side ?? 'relay';
}
