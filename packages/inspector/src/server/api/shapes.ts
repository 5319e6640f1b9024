import { z } from 'zod';
import type { ExchangeDetail } from '../../exchange/detail.ts';
import type { ExchangeRow } from '../../exchange/row.ts';
import { EXCHANGE_KINDS, EXCHANGE_STATES, SCHEMES } from '../../exchange/states.ts';
import { tunnel } from './tunnel-shapes.ts';

/** What the API speaks, by version 1. Fields are added, none is taken away or changed. */

const count = z.number().int().nonnegative();
const side = z.enum(['visitor', 'relay', 'link', 'client', 'upstream']);
const milliseconds = z.number().describe('Milliseconds; -1 while unknown.');
const lines = z
  .array(z.string())
  .readonly()
  .describe('Name, value, name, value, … in the order, case and number in which they came.');

const flow = z.object({ messages: count, bytes: count, pings: count, pongs: count }).readonly();
const close = z.object({ code: count, reason: z.string(), side }).readonly();

export const row = z.object({
  id: z.string(),
  order: count,
  tunnel: z.string(),
  kind: z.enum(EXCHANGE_KINDS),
  state: z.enum(EXCHANGE_STATES),
  method: z.string(),
  target: z.string().describe('Raw path and query, as the visitor sent them.'),
  host: z.string(),
  scheme: z.enum(SCHEMES),
  visitor: z.string().describe("The visitor's address; empty for replays and refusals."),
  startedAt: z.number().describe('Unix time in milliseconds.'),
  status: count.describe('0 until there is one.'),
  reason: z.string(),
  firstByteMs: milliseconds,
  durationMs: milliseconds,
  requestType: z.string(),
  responseType: z.string(),
  operation: z.string().describe('What a GraphQL request asks for; empty for others.'),
  requestBytes: count,
  responseBytes: count,
  isTruncated: z.boolean(),
  isPinned: z.boolean(),
  replayOf: z.string(),
  tags: z.array(z.string()).readonly().optional().describe('Absent where there are none.'),
  failure: z.object({ code: z.string(), side, reason: z.string() }).readonly().optional(),
  socket: z
    .object({ subprotocol: z.string(), up: flow, down: flow, close: close.optional() })
    .readonly()
    .optional(),
});

const body = z.object({
  bytes: count,
  keptBytes: count,
  expectedBytes: z.number().int().describe('Content-Length; -1 without one.'),
  encoding: z.string(),
  type: z.string(),
});
const message = z.object({ headers: lines, trailers: lines, body: body.readonly() }).readonly();

export const detail = z.object({
  row: row.readonly(),
  request: message,
  response: message,
  timing: z
    .object({
      connectMs: milliseconds,
      isReused: z.boolean().describe('The connection to the upstream had served before.'),
      requestSentMs: milliseconds,
      responseEndMs: milliseconds,
      firstByteMs: milliseconds,
      durationMs: milliseconds,
      relayMs: milliseconds,
      visitorFirstByteMs: milliseconds,
      visitorTotalMs: milliseconds,
      clockDifferenceMs: z
        .number()
        .optional()
        .describe("The client's clock ahead of the relay's, estimated; absent while unknown."),
    })
    .readonly(),
  tlsVersion: z.string(),
  requestId: z.string(),
  replays: z.array(z.string()).readonly(),
  whyNoReplay: z.string().optional().describe('Why it cannot be sent again as it was.'),
  note: z.string(),
});

export const status = z.object({
  version: z.string(),
  capture: z.object({
    exchanges: count,
    heldBytes: count,
    maxBytes: count,
    droppedCount: count,
    isPaused: z.boolean(),
  }),
  tunnels: z.array(tunnel),
});

export const problem = z.object({ start: count, end: count, message: z.string() });
export const failure = z.object({ error: z.string(), message: z.string().optional() });

/** That the schemas say what the types say, both ways, is checked here and nowhere else. */
type Same<A, B> = [A, B] extends [B, A] ? true : false;
type Plain<T> = { [Key in keyof T]: T[Key] };
export const isChecked: [
  Same<Plain<z.output<typeof row>>['state'], ExchangeRow['state']>,
  keyof z.output<typeof row> extends keyof ExchangeRow ? true : false,
  keyof ExchangeRow extends keyof z.output<typeof row> ? true : false,
  keyof z.output<typeof detail> extends keyof ExchangeDetail ? true : false,
  keyof ExchangeDetail extends keyof z.output<typeof detail> ? true : false,
] = [true, true, true, true, true];
