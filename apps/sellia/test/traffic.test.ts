import type { ExchangeFact } from '@sellia/client';
import { beforeEach, expect, test } from 'vitest';
import type { TunnelEvent } from '../src/events.ts';
import { Traffic } from '../src/traffic.ts';

type Fact = ExchangeFact extends infer One
  ? One extends ExchangeFact
    ? Omit<One, 'fact' | 'at' | 'exchange'>
    : never
  : never;

let told: TunnelEvent[];
let traffic: Traffic;

beforeEach(() => {
  told = [];
  traffic = new Traffic((event) => told.push(event));
});

function tell(exchange: number, ...facts: Fact[]): void {
  for (const fact of facts) traffic.onFact({ fact: 0, at: 0, exchange, ...fact } as ExchangeFact);
}

const opening = {} as Extract<ExchangeFact, { type: 'opened' }>['opening'];
const head = { method: 'GET', target: '/a?b', headers: [] };
const get: Fact = { type: 'opened', kind: 'http', opening, ...head };
const ok: Fact = { type: 'responseHead', status: 200, reason: 'OK', headers: [] };
const sums = { requestBytes: 3, responseBytes: 13 };

test('a request is told once, when it is over', () => {
  tell(1, get, ok);
  expect(told).toEqual([]);
  tell(1, { type: 'closed', durationMs: 12.4, ...sums });
  expect(told).toEqual([
    {
      event: 'request',
      method: 'GET',
      path: '/a?b',
      status: 200,
      code: null,
      durationMs: 12,
      bytesIn: 3,
      bytesOut: 13,
    },
  ]);
});

test('exchanges that run at once are not mixed', () => {
  tell(1, get);
  tell(2, { ...get, target: '/two' } as Fact, { ...ok, status: 404 } as Fact);
  tell(1, ok);
  tell(2, { type: 'closed', durationMs: 1, ...sums });
  tell(1, { type: 'closed', durationMs: 2, ...sums });
  expect(told).toMatchObject([
    { path: '/two', status: 404 },
    { path: '/a?b', status: 200 },
  ]);
});

test('a WebSocket is told when it opens and when it closes', () => {
  const headers = ['Upgrade', 'websocket', 'sec-websocket-PROTOCOL', 'chat'];
  const switched: Fact = { type: 'responseHead', status: 101, reason: '', headers };
  tell(1, get, switched, { type: 'upgraded' });
  expect(told).toEqual([{ event: 'ws.open', path: '/a?b', protocol: 'chat' }]);
  const lost = { type: 'failed', code: 'SELLIA_LINK_LOST', reason: '', durationMs: 9 } as const;
  tell(1, { ...lost, ...sums });
  expect(told[1]).toEqual({
    event: 'ws.close',
    path: '/a?b',
    closeCode: 1006,
    closedBy: null,
    code: 'SELLIA_LINK_LOST',
    durationMs: 9,
    bytesIn: 3,
    bytesOut: 13,
  });
});

test('a WebSocket closes with the code of its first close frame', () => {
  const switched: Fact = { type: 'responseHead', status: 101, reason: '', headers: [] };
  tell(1, get, switched, { type: 'upgraded' });
  const close = { code: 4000, side: 'visitor' } as const;
  tell(1, { type: 'closed', durationMs: 9, close, ...sums });
  expect(told[1]).toMatchObject({ closeCode: 4000, closedBy: 'visitor', code: null });
});

test('an upgrade that the local server refused is a request', () => {
  const refused: Fact = { type: 'responseHead', status: 403, reason: '', headers: [] };
  tell(1, get, refused, { type: 'closed', durationMs: 1, ...sums });
  expect(told).toMatchObject([{ event: 'request', status: 403 }]);
});

const failed: Fact = {
  type: 'failed',
  code: 'SELLIA_UPSTREAM_REFUSED',
  reason: '',
  durationMs: 2,
  ...sums,
};

test('without an answer of the local server, the status is what the relay gave', () => {
  tell(1, get, failed);
  expect(told).toEqual([]);
  const report = { type: 'exchange.report', stream: 1, status: 502 } as never;
  tell(1, { type: 'reported', report });
  expect(told).toMatchObject([{ status: 502, code: 'SELLIA_UPSTREAM_REFUSED', durationMs: 2 }]);
});

test('when the link is lost no report is waited for', () => {
  tell(1, get, failed);
  tell(2, get);
  traffic.onLinkLost();
  expect(told).toMatchObject([{ status: null, code: 'SELLIA_UPSTREAM_REFUSED' }]);
});

test('an answer cut short keeps its status and says why', () => {
  tell(1, get, ok, { ...failed, code: 'SELLIA_UPSTREAM_RESET' } as Fact);
  expect(told).toMatchObject([{ status: 200, code: 'SELLIA_UPSTREAM_RESET' }]);
});

test('what the relay refused by itself is told, too', () => {
  const refusal = { method: 'GET', target: '/x', status: 503, code: 'SELLIA_TOO_MANY_STREAMS' };
  tell(0, { type: 'refused', refusal: refusal as never });
  expect(told).toMatchObject([{ event: 'request', path: '/x', status: 503 }]);
});

test('a relay that never reports holds back only so much', () => {
  for (let exchange = 1; exchange <= 1005; exchange += 1) tell(exchange, get, failed);
  expect(told.length).toBe(5);
});
