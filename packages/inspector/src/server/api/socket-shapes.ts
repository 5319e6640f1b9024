import { z } from 'zod';
import type { SocketDetail, SocketMessage } from '../../capture/websocket/socket-detail.ts';

/** A WebSocket as the API tells of it; `socket-detail.ts` says what each field is. */

const number = z.number();
const texts = z.array(z.string()).readonly();

const parameter = z.object({ name: z.string(), value: z.string() }).readonly();
const extension = z
  .object({ name: z.string(), parameters: z.array(parameter).readonly() })
  .readonly();
const extensions = z.array(extension).readonly();
const deflateSide = z.object({ hasTakeover: z.boolean(), windowBits: number }).readonly();

const handshake = z
  .object({
    offeredSubprotocols: texts,
    subprotocol: z.string(),
    offeredExtensions: extensions,
    extensions,
    deflate: z.object({ up: deflateSide, down: deflateSide }).readonly().optional(),
    version: z.string(),
    key: z.enum(['valid', 'malformed', 'missing']),
    accept: z.enum(['right', 'wrong', 'missing', 'unknown']),
    odd: texts,
  })
  .readonly();

const flow = z
  .object({
    messages: number,
    bytes: number,
    pings: number,
    pongs: number,
    wireBytes: number,
    texts: number,
    binaries: number,
    averageBytes: number,
    largestBytes: number,
    firstMessageAt: number,
    lastMessageAt: number,
    fragmented: number,
    dataFrames: number,
    compressed: number,
    isInMessage: z.boolean(),
    roundTripMs: number,
    leastRoundTripMs: number,
    waitingPings: number,
    messagesPerSecond: number,
    bytesPerSecond: number,
    peakMessagesPerSecond: number,
    peakBytesPerSecond: number,
    messageSeconds: z.array(number).readonly(),
    byteSeconds: z.array(number).readonly(),
    broken: z.string(),
  })
  .readonly();

const close = z
  .object({
    code: number,
    reason: z.string(),
    side: z.enum(['visitor', 'relay', 'link', 'client', 'upstream']),
    at: number,
    isReasonBroken: z.boolean(),
  })
  .readonly();

export const level = z.enum(['stats', 'messages', 'full']);

const recording = z
  .object({
    level,
    isOn: z.boolean(),
    since: number,
    messages: number,
    bytes: number,
    newest: number,
    dropped: number,
  })
  .readonly();

export const socket = z.object({
  state: z.enum(['open', 'closing', 'closed']),
  handshake,
  openedAt: number,
  idleMs: number,
  up: flow,
  down: flow,
  close: close.optional(),
  answer: close.optional(),
  broken: z.string(),
  recording: recording.optional(),
});

/** With what only its tunnel knows. */
export const shownSocket = socket.extend({
  waiting: z
    .object({ up: number, down: number })
    .optional()
    .describe('Bytes that wait in this program for an end to take them; of an open one.'),
});

export const message = z.object({
  number,
  direction: z.enum(['request', 'response']),
  opcode: number,
  atMs: number,
  bytes: number,
  plainBytes: number,
  text: z.string().optional().describe('Of text messages, and the reason of a close.'),
  base64: z.string().optional().describe('Of all others.'),
  isTruncated: z.boolean(),
  isCompressed: z.boolean(),
  note: z.string(),
  isOwn: z.boolean().describe('Put in from here: neither end has sent it.'),
});

export type Message = z.output<typeof message>;

/** Bytes do not go into JSON as they are. */
export function messageOf({ content, ...facts }: SocketMessage): Message {
  if (typeof content === 'string') return { ...facts, text: content };
  return { ...facts, base64: Buffer.from(content).toString('base64') };
}

/** That the schema and the type name the same fields is checked here. */
export const isChecked: [
  keyof z.output<typeof socket> extends keyof SocketDetail ? true : false,
  keyof SocketDetail extends keyof z.output<typeof socket> ? true : false,
] = [true, true];
