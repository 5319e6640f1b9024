import { Buffer } from 'node:buffer';
import type { ExchangeFact } from '@sellia/client';
import { encodeOpen, type Opening } from '@sellia/protocol';
import { headerText } from '../exchange/header-lines.ts';
import type { ExchangeRow, HttpState, SocketState } from '../exchange/row.ts';
import { EXCHANGE_KINDS, EXCHANGE_STATES } from '../exchange/states.ts';
import type { FactLog } from './fact-log.ts';
import { kindOf, stateOf } from './read-facts.ts';
import { FIELD, NO_CLOSE, PIECE, PLACES } from './record-fields.ts';

/** The relay tells little of what it has refused. */
const UNKNOWN_OPENING: Opening = {
  kind: 'http',
  tunnel: 0,
  visitorAddress: '',
  visitorPort: 0,
  scheme: 'http',
  tlsVersion: '',
  requestId: '',
  hops: 0,
  receivedAt: 0,
  acceptsTrailers: false,
};

type Fact<Type extends ExchangeFact['type']> = Extract<ExchangeFact, { type: Type }>;

/**
 * Adds what has happened to an exchange to its log, as little understood as can be. `bodyBytes` of each
 * body. Here, and wherever facts are told apart, by a switch: facts are objects of many shapes, and each
 * look at the type of one costs more than what is done then.
 */
export function writeFact(log: FactLog, fact: ExchangeFact, bodyBytes: number): void {
  switch (fact.type) {
    case 'bodyChunk':
      bodyChunk(log, fact, bodyBytes);
      break;
    case 'opened':
      opened(log, fact);
      break;
    case 'responseHead':
      responseHead(log, fact);
      break;
    case 'closed':
      over(log, fact, 'done', endOf(fact));
      break;
    case 'failed':
      failed(log, fact);
      break;
    case 'reported':
      reported(log, fact);
      break;
    case 'trailers':
      trailers(log, fact);
      break;
    case 'upgraded':
      upgraded(log);
      break;
    case 'refused':
      refused(log, fact);
      break;
  }
}

function opened(log: FactLog, fact: Fact<'opened'>): void {
  log.pushText(PLACES.request.head, fact.text ?? encodeOpen(fact.opening, fact));
  log.setNumber(FIELD.kind, EXCHANGE_KINDS.indexOf(kindOfOpened(fact)));
  if (fact.kind === 'upgrade') become(log, 'connecting');
}

function kindOfOpened({ kind, headers }: Fact<'opened'>): ExchangeRow['kind'] {
  if (kind === 'http') return kind;
  // The relay lets WebSockets alone through, and that header ends at its hop.
  return /^(?:websocket)?$/i.test(headerText(headers, 'upgrade')) ? 'websocket' : 'upgrade';
}

/** Counted in any case, kept up to the limit. */
function bodyChunk(log: FactLog, { direction, chunk }: Fact<'bodyChunk'>, bodyBytes: number): void {
  const { bytes, keptBytes, body } = PLACES[direction];
  log.setNumber(bytes, log.number(bytes) + chunk.length);
  if (log.number(FIELD.isOnlyCounted) !== 0) return;
  const kept = log.number(keptBytes);
  const room = Math.min(chunk.length, bodyBytes - kept);
  if (room <= 0) return;
  log.setNumber(keptBytes, kept + room);
  log.pushBytes(body, chunk, room);
}

function trailers(log: FactLog, { direction, headers }: Fact<'trailers'>): void {
  log.pushText(PLACES[direction].trailers, headers.join('\0'));
}

function responseHead(log: FactLog, fact: Fact<'responseHead'>): void {
  const { status, reason, headers, at } = fact;
  log.setNumber(FIELD.status, status);
  log.setNumber(FIELD.firstByteMs, at - log.number(FIELD.startedAt));
  if (kindOf(log) === 'http') become(log, 'streaming');
  else become(log, status === 101 ? 'connecting' : 'rejected');
  log.pushText(PLACES.response.head, fact.text ?? [status, reason, ...headers].join('\0'));
}

/** Contents of an upgraded connection are not kept: that would cost too much, and be too much. */
function upgraded(log: FactLog): void {
  log.setNumber(FIELD.isOnlyCounted, 1);
  log.setNumber(PLACES.request.keptBytes, 0);
  log.setNumber(PLACES.response.keptBytes, 0);
  become(log, 'open');
}

function failed(log: FactLog, fact: Fact<'failed'>): void {
  over(log, fact, 'failed', 'aborted');
  fail(log, fact.code, fact.reason);
}

/** A WebSocket that ended in order, but without a close frame, was cut off all the same. */
function endOf({ close }: Fact<'closed'>): SocketState {
  return close?.code === NO_CLOSE ? 'aborted' : 'closed';
}

function over(
  log: FactLog,
  { durationMs, times }: Fact<'closed' | 'failed'>,
  http: HttpState,
  socket: SocketState,
): void {
  log.setNumber(FIELD.durationMs, durationMs);
  if (times !== undefined) {
    log.setNumber(FIELD.connectMs, times.connectMs);
    log.setNumber(FIELD.isReused, Number(times.isReused));
    log.setNumber(FIELD.requestSentMs, times.requestSentMs);
    // Of the same clock as the others, which the time of the fact is not.
    if (times.firstByteMs >= 0) log.setNumber(FIELD.firstByteMs, times.firstByteMs);
  }
  if (kindOf(log) === 'http') become(log, http);
  else if (stateOf(log) !== 'rejected') become(log, socket);
}

/** How it went at the relay: what the visitor got where the upstream gave nothing. */
function reported(log: FactLog, { report }: Fact<'reported'>): void {
  log.setNumber(FIELD.visitorFirstByteMs, report.firstByteMs);
  log.setNumber(FIELD.visitorTotalMs, report.totalMs);
  if (log.number(FIELD.status) === 0) log.setNumber(FIELD.status, report.status);
}

/** The relay answered by itself: all there will ever be. No visitor's bytes, but texts of its own. */
function refused(log: FactLog, { refusal }: Fact<'refused'>): void {
  const { method, target, status, code } = refusal;
  const [sent, to] = [method, target].map((text) => text.replaceAll('\0', ''));
  const request = { method: sent ?? '', target: to ?? '', headers: [] };
  log.pushText(PLACES.request.head, encodeOpen(UNKNOWN_OPENING, request));
  log.setNumber(FIELD.status, status);
  log.setNumber(FIELD.durationMs, 0);
  become(log, 'refused');
  fail(log, code, '');
}

function fail(log: FactLog, code: string, reason: string): void {
  log.pushBytes(PIECE.failure, Buffer.from(`${code}\0${reason}`));
}

function become(log: FactLog, state: ExchangeRow['state']): void {
  log.setNumber(FIELD.state, EXCHANGE_STATES.indexOf(state));
}
