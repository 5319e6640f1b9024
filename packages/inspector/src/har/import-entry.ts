import type { ExchangeDetail } from '../exchange/detail.ts';
import type { ExchangeRow } from '../exchange/row.ts';
import type { HarExchange } from './har-exchange.ts';
import { NAME_MAX, TEXT_MAX } from './import-limits.ts';
import { type ImportedMessage, importRequest, importResponse } from './import-message.ts';
import { importRow } from './import-row.ts';
import { importMessages } from './import-websocket.ts';
import { type JsonRecord, readRecord, readText } from './json-record.ts';

/** One entry as an exchange; `order` counts from 1. */
export function importEntry(entry: JsonRecord, order: number): HarExchange {
  const request = importRequest(readRecord(entry, 'request'));
  const response = importResponse(readRecord(entry, 'response'));
  const messages = importMessages(entry);
  const row = importRow(entry, order, request.detail, response.detail, messages);
  return {
    detail: importDetail(entry, row, request, response),
    requestBody: request.bytes,
    responseBody: response.bytes,
    isRequestDecoded: request.isDecoded,
    isResponseDecoded: response.isDecoded,
    ...(row.kind === 'websocket' ? { messages } : {}),
  };
}

function importDetail(
  entry: JsonRecord,
  row: ExchangeRow,
  request: ImportedMessage,
  response: ImportedMessage,
): ExchangeDetail {
  const told = readRecord(entry, '_sellia');
  const { firstByteMs, durationMs } = row;
  return {
    row,
    request: request.detail,
    response: response.detail,
    timing: { ...UNTIMED, firstByteMs, durationMs },
    tlsVersion: readText(told, 'tlsVersion', NAME_MAX),
    requestId: readText(told, 'requestId', NAME_MAX),
    replays: [],
    note: readText(entry, 'comment', TEXT_MAX),
  };
}

/** What no HAR file tells. */
const UNTIMED = {
  connectMs: -1,
  isReused: false,
  requestSentMs: -1,
  responseEndMs: -1,
  relayMs: -1,
  visitorFirstByteMs: -1,
  visitorTotalMs: -1,
} as const;
