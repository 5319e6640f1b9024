import fc from 'fast-check';
import type { BodyFacts } from '../../src/exchange/detail.ts';
import { headerText } from '../../src/exchange/header-lines.ts';
import type { ExchangeRow } from '../../src/exchange/row.ts';
import type { HarExchange, HarMessage } from '../../src/har/har-exchange.ts';

const row: ExchangeRow = {
  id: 'x1',
  order: 1,
  tunnel: 'demo',
  kind: 'http',
  state: 'done',
  method: 'GET',
  target: '/',
  host: 'demo.example',
  scheme: 'https',
  visitor: '203.0.113.7',
  startedAt: 1_750_000_000_123,
  status: 200,
  reason: 'OK',
  firstByteMs: 12,
  durationMs: 30,
  requestType: '',
  responseType: '',
  operation: '',
  requestBytes: 0,
  responseBytes: 0,
  isTruncated: false,
  isPinned: false,
  replayOf: '',
};

/** What a test says of an exchange; the rest is plain. */
export interface Told {
  readonly row?: Partial<ExchangeRow>;
  readonly requestHeaders?: readonly string[];
  readonly responseHeaders?: readonly string[];
  readonly trailers?: readonly string[];
  readonly requestBody?: Uint8Array;
  readonly responseBody?: Uint8Array;
  /** Of the response, when more travelled than was kept. */
  readonly responseBytes?: number;
  readonly messages?: readonly HarMessage[];
  readonly isDecoded?: boolean;
}

export function exchangeOf(told: Told): HarExchange {
  const { requestHeaders = [], responseHeaders = [], messages } = told;
  const { requestBody = new Uint8Array(), responseBody = new Uint8Array() } = told;
  const responseFacts = factsOf(responseHeaders, responseBody);
  const bytes = told.responseBytes ?? responseBody.length;
  return {
    detail: {
      row: { ...row, ...told.row },
      request: {
        headers: requestHeaders,
        trailers: [],
        body: factsOf(requestHeaders, requestBody),
      },
      response: {
        headers: responseHeaders,
        trailers: told.trailers ?? [],
        body: { ...responseFacts, bytes },
      },
      timing: {
        connectMs: 1,
        isReused: false,
        requestSentMs: 2,
        responseEndMs: 30,
        firstByteMs: 12,
        durationMs: 30,
        relayMs: 1,
        visitorFirstByteMs: 20,
        visitorTotalMs: 40,
      },
      tlsVersion: 'TLSv1.3',
      requestId: 'r1',
      replays: [],
      note: '',
    },
    requestBody,
    responseBody,
    isResponseDecoded: told.isDecoded ?? false,
    ...(messages === undefined ? {} : { messages }),
  };
}

function factsOf(headers: readonly string[], body: Uint8Array): BodyFacts {
  const encoding = headerText(headers, 'content-encoding').toLowerCase();
  const type = headerText(headers, 'content-type');
  return { bytes: body.length, keptBytes: body.length, expectedBytes: -1, encoding, type };
}

const word = fc.string({ unit: fc.constantFrom(...'abcXYZ019-_'), minLength: 1, maxLength: 8 });
const value = fc.string({ unit: fc.constantFrom(...'abc =;,"\\\xe9\x85\t'), maxLength: 12 });
const lines = fc.array(fc.tuple(word, value), { maxLength: 5 }).map((pairs) => pairs.flat());
const body = fc.oneof(
  fc.uint8Array({ maxLength: 30 }),
  fc.string({ unit: 'binary', maxLength: 30 }).map((text) => new TextEncoder().encode(text)),
);
const message: fc.Arbitrary<HarMessage> = fc
  .record({
    direction: fc.constantFrom('up', 'down'),
    opcode: fc.constantFrom(1, 2),
    text: fc.string({ unit: 'binary', maxLength: 20 }),
    at: fc.integer({ min: 0, max: 2 ** 40 }).map((ms) => ms * 1000),
  })
  .map(({ text, ...sent }) => ({ ...sent, payload: new TextEncoder().encode(text) }));

/** Any exchange whose every part a HAR file can carry. */
export const anyExchange: fc.Arbitrary<HarExchange> = fc
  .record({
    row: fc.record({
      method: word,
      target: fc.constantFrom('/', '*', '/a?b=c', '//x', '/?', '/a%zz&"<>?x=%zz&&=+'),
      host: fc.constantFrom('demo.example', 'demo.example:8443', '[::1]:1'),
      scheme: fc.constantFrom('http', 'https'),
      kind: fc.constantFrom('http', 'websocket', 'upgrade'),
      status: fc.constantFrom(101, 200, 304, 404, 599),
      reason: value,
      tunnel: word,
      startedAt: fc.integer({ min: 0, max: 4e12 }),
    }),
    requestHeaders: lines,
    responseHeaders: lines,
    trailers: lines,
    requestBody: body,
    responseBody: body,
    messages: fc.array(message, { maxLength: 3 }),
  })
  .map(exchangeOf);
