import { TAGS_MAX } from '../capture/limits.ts';
import type { MessageDetail } from '../exchange/detail.ts';
import { headerText, mediaTypeOf } from '../exchange/header-lines.ts';
import type { ExchangeFailure, ExchangeRow, SocketRow } from '../exchange/row.ts';
import { tagsOf } from '../exchange/tags.ts';
import type { HarMessage } from './har-exchange.ts';
import { bodySizeOf } from './import-body.ts';
import { NAME_MAX, TEXT_MAX } from './import-limits.ts';
import { importUrl } from './import-url.ts';
import { importSocket, SIDES, socketState } from './import-websocket.ts';
import {
  hasRecord,
  type JsonRecord,
  readChoice,
  readList,
  readNumber,
  readRecord,
  readText,
} from './json-record.ts';

/** One entry as a line of the list; `messages` are those of the entry. */
export function importRow(
  entry: JsonRecord,
  order: number,
  request: MessageDetail,
  response: MessageDetail,
  messages: readonly HarMessage[],
): ExchangeRow {
  const [asked, answered] = [readRecord(entry, 'request'), readRecord(entry, 'response')];
  const told = readRecord(entry, '_sellia');
  const { isSocket, ...url } = importUrl(readText(asked, 'url', TEXT_MAX));
  const status = importStatus(answered);
  const kind = isSocket || messages.length > 0 || isSocketEntry(entry) ? 'websocket' : 'http';
  const failure = importFailure(entry);
  const tags = tagsOf(readList(entry, '_tags', TAGS_MAX));
  const subprotocol = headerText(response.headers, 'sec-websocket-protocol').slice(0, NAME_MAX);
  const socket = kind === 'websocket' ? importSocket(entry, messages, subprotocol) : undefined;
  return {
    id: `har-${order}`,
    order,
    tunnel: readText(told, 'tunnel', NAME_MAX),
    kind: kind === 'http' ? readChoice(told, 'kind', ['http', 'upgrade'], 'http') : kind,
    state: importState(status, failure, socket),
    method: readText(asked, 'method', NAME_MAX),
    ...url,
    ...(readText(told, 'target', 1) === '*' ? { target: '*' } : {}),
    visitor: readText(told, 'visitor', NAME_MAX),
    startedAt: importTime(readText(entry, 'startedDateTime', NAME_MAX)),
    status,
    reason: readText(answered, 'statusText', TEXT_MAX),
    ...importTiming(entry, status),
    requestType: mediaTypeOf(request.headers),
    responseType: mediaTypeOf(response.headers),
    operation: '',
    requestBytes: bodySizeOf(asked) || request.body.bytes,
    responseBytes: bodySizeOf(answered) || response.body.bytes,
    isTruncated: [request, response].some(({ body }) => body.keptBytes < body.bytes),
    isPinned: false,
    replayOf: '',
    ...(tags.length === 0 ? {} : { tags }),
    ...(failure === undefined ? {} : { failure }),
    ...(socket === undefined ? {} : { socket }),
  };
}

function isSocketEntry(entry: JsonRecord): boolean {
  return readText(entry, '_resourceType', NAME_MAX) === 'websocket';
}

function importState(
  status: number,
  failure: ExchangeFailure | undefined,
  socket: SocketRow | undefined,
): ExchangeRow['state'] {
  if (socket !== undefined) return socketState(status, socket.close);
  return status === 0 || failure !== undefined ? 'failed' : 'done';
}

function importStatus(response: JsonRecord): number {
  const status = readNumber(response, 'status', 0);
  return Number.isInteger(status) && status >= 100 && status <= 999 ? status : 0;
}

function importFailure(entry: JsonRecord): ExchangeFailure | undefined {
  const told = readRecord(entry, '_sellia');
  if (hasRecord(told, 'failure')) {
    const failure = readRecord(told, 'failure');
    return {
      code: readText(failure, 'code', NAME_MAX),
      side: readChoice(failure, 'side', SIDES, 'client'),
      reason: readText(failure, 'reason', TEXT_MAX),
    };
  }
  const reason = readText(entry, '_error', TEXT_MAX);
  return reason === '' ? undefined : { code: '', side: 'client', reason };
}

/** `wait` ends with the first byte; all before it counts, as HAR divides what is one time here. */
function importTiming(entry: JsonRecord, status: number) {
  const timings = readRecord(entry, 'timings');
  let firstByteMs = 0;
  for (const name of ['blocked', 'dns', 'connect', 'send', 'wait']) {
    firstByteMs += Math.max(0, readNumber(timings, name, 0));
  }
  const durationMs = Math.max(0, readNumber(entry, 'time', 0));
  return { firstByteMs: status === 0 ? -1 : firstByteMs, durationMs };
}

/** Unix time in milliseconds; 0 for what is no date. */
function importTime(text: string): number {
  const time = Date.parse(text);
  return Number.isNaN(time) ? 0 : time;
}
