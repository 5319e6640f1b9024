import type { ExchangeRow } from '../../src/exchange/row.ts';
import type { FilterSubject } from '../../src/filter/filter.ts';

/** 2026-01-01T00:00:10Z. */
export const NOW = 1_767_225_610_000;

const ROW: ExchangeRow = {
  id: 'x1',
  order: 1,
  tunnel: 'calm-otter',
  kind: 'http',
  state: 'done',
  method: 'GET',
  target: '/api/users?page=2',
  host: 'calm-otter.example.com',
  scheme: 'https',
  visitor: '203.0.113.7',
  startedAt: NOW - 10_000,
  status: 200,
  reason: 'OK',
  firstByteMs: 20,
  durationMs: 50,
  requestType: '',
  responseType: 'application/json',
  operation: '',
  requestBytes: 0,
  responseBytes: 512,
  isTruncated: false,
  isPinned: false,
  replayOf: '',
};

export function row(changes: Partial<ExchangeRow> = {}): ExchangeRow {
  return { ...ROW, ...changes };
}

export interface Contents {
  readonly requestHeaders?: readonly string[];
  readonly responseHeaders?: readonly string[];
  readonly requestBody?: string;
  readonly responseBody?: string;
}

/** One exchange whose rest is `contents`. */
export function subject(
  changes: Partial<ExchangeRow> = {},
  contents: Contents = {},
): FilterSubject {
  const { requestHeaders = [], responseHeaders = [] } = contents;
  const { requestBody = '', responseBody = '' } = contents;
  return {
    row: row(changes),
    now: NOW,
    headers: (side) => (side === 'request' ? requestHeaders : responseHeaders),
    body: (side) => (side === 'request' ? requestBody : responseBody),
  };
}

const NONE = { messages: 0, bytes: 0, pings: 0, pongs: 0 };

/** A WebSocket that closed with `code`, or that has not closed. */
export function socket(code?: number): Pick<ExchangeRow, 'kind' | 'socket'> {
  const close = code === undefined ? {} : { close: { code, reason: '', side: 'visitor' as const } };
  return { kind: 'websocket', socket: { subprotocol: '', up: NONE, down: NONE, ...close } };
}
