import type { MoreSecrets } from '../copy/secrets.ts';
import type { ExchangeDetail } from '../exchange/detail.ts';
import { isEncoded } from './har-body.ts';
import type { HarExchange } from './har-exchange.ts';
import type { HarEntry, HarLog, HarOwnFacts } from './har-log.ts';
import { harRequest, harResponse } from './har-message.ts';
import { harWebSocket } from './har-websocket.ts';
import { maskExchange } from './mask-exchange.ts';

export interface ExportOptions {
  /** Version of Sellia. */
  readonly creatorVersion: string;
  /** False replaces them (`copy/secrets.ts`): the file is made to be handed on. */
  readonly keepsSecrets: boolean;
  /** Names of secrets beside the known ones. */
  readonly more?: MoreSecrets;
}

const MASKED = 'Secrets were replaced by ***.';

/** Writes exchanges as a HAR 1.2 log, in the order given. Changes nothing, never throws. */
export function exportHar(exchanges: readonly HarExchange[], options: ExportOptions): HarLog {
  const { creatorVersion, keepsSecrets, more } = options;
  return {
    log: {
      version: '1.2',
      creator: {
        name: 'Sellia',
        version: creatorVersion,
        ...(keepsSecrets ? {} : { comment: MASKED }),
      },
      pages: [],
      entries: exchanges.map((exchange) =>
        keepsSecrets ? entry(exchange) : maskedEntry(exchange, more),
      ),
    },
  };
}

/** Says which bodies were left out because nobody could look for secrets in them. */
function maskedEntry(exchange: HarExchange, more?: MoreSecrets): HarEntry {
  const { request, response } = exchange.detail;
  const made = entry(maskExchange(exchange, more));
  const isRequestLost = isLost(exchange.requestBody, request.body, exchange.isRequestDecoded);
  const isResponseLost = isLost(exchange.responseBody, response.body, exchange.isResponseDecoded);
  const status = 'discarded:not-decodable';
  return {
    ...made,
    request: isRequestLost ? { ...made.request, _requestBodyStatus: status } : made.request,
    response: isResponseLost ? { ...made.response, _responseBodyStatus: status } : made.response,
  };
}

function isLost(body: Uint8Array, ...facts: Parameters<typeof isEncoded>): boolean {
  return body.length > 0 && isEncoded(...facts);
}

function entry(exchange: HarExchange): HarEntry {
  const { row, note } = exchange.detail;
  const timings = harTimings(row.firstByteMs, row.durationMs);
  return {
    startedDateTime: isoTime(row.startedAt),
    time: timings.wait + timings.receive,
    request: harRequest(exchange),
    response: harResponse(exchange),
    cache: {},
    timings,
    ...harWebSocket(exchange),
    ...(note === '' ? {} : { comment: note }),
    ...(row.failure === undefined ? {} : { _error: row.failure.reason }),
    ...(row.isPinned ? { _pinned: true } : {}),
    ...(row.tags === undefined ? {} : { _tags: row.tags }),
    _sellia: ownFacts(exchange.detail),
  };
}

/** HAR has no -1 for these three: what has not happened took no time. */
function harTimings(firstByteMs: number, durationMs: number) {
  const wait = Math.max(0, firstByteMs < 0 ? durationMs : firstByteMs);
  return { send: 0, wait, receive: Math.max(0, durationMs - wait) };
}

function ownFacts({ row, requestId, tlsVersion }: ExchangeDetail): HarOwnFacts {
  const { id, tunnel, kind, visitor, replayOf, target, failure, socket } = row;
  return {
    id,
    tunnel,
    kind,
    visitor,
    replayOf,
    requestId,
    tlsVersion,
    ...(target === '*' ? { target } : {}),
    ...(failure === undefined ? {} : { failure }),
    ...(socket === undefined ? {} : { socket }),
  };
}

/** Milliseconds that a Date can hold, either way (ECMA-262, "Time Values"). */
const DATE_MAX = 8.64e15;

function isoTime(ms: number): string {
  return new Date(Math.abs(ms) <= DATE_MAX ? ms : 0).toISOString();
}
