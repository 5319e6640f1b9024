import { readCbor } from './cbor.ts';
import { readGraphqlSocket } from './graphql-socket.ts';
import { hexDump, hexText } from './hex-dump.ts';
import { indentJson, parseJson } from './json-text.ts';
import { readMessagePack } from './message-pack.ts';
import type { MessageHints, MessageReading } from './message-reading.ts';
import { oneLine, SUMMARY_MAX } from './one-line.ts';
import { binaryStart, isSocketIoTarget, readSocketIo } from './socket-io.ts';
import { TextOutput } from './text-output.ts';
import { type Value, valueText } from './value-text.ts';

/** Content that is looked at; recordings keep no more of a message. */
export const CONTENT_MAX = 256 * 1024;
const PRETTY_MAX = 64 * 1024;
/** Characters of a dump for each byte, about. */
const DUMP_COST = 5;
/** Bytes in a summary. */
const BYTES_SHOWN = 32;

/**
 * What a message means: JSON, MessagePack, CBOR, Socket.IO, GraphQL over WebSocket, plain text, or
 * bytes. `content` is text of a text message, bytes of a binary one; of what is longer than 256 Ki the
 * beginning is read. Never throws.
 */
export function readMessage(
  content: string | Uint8Array,
  hints: MessageHints = {},
): MessageReading {
  const isLong = content.length > CONTENT_MAX;
  const start = isLong ? content.slice(0, CONTENT_MAX) : content;
  const known = isLong ? { ...hints, isTruncated: true } : hints;
  if (start.length === 0) return { kind: 'empty', summary: '', pretty: '', fields: [] };
  return typeof start === 'string' ? readText(start, known) : readBytes(start, known);
}

function readText(text: string, hints: MessageHints): MessageReading {
  const most = hints.most ?? PRETTY_MAX;
  const isTruncated = hints.isTruncated ?? false;
  const isHinted = isSocketIoTarget(hints.target ?? '');
  return (
    readSocketIo(text, isHinted, isTruncated, most) ??
    readJson(text, hints.subprotocol ?? '', isTruncated, most) ??
    plainText(text, most)
  );
}

/** Objects and arrays alone: a bare number or word is better shown as the text that it is. */
function readJson(
  text: string,
  subprotocol: string,
  isTruncated: boolean,
  most: number,
): MessageReading | undefined {
  if (!/^[\ufeff \t\r\n]{0,100}[[{]/.test(text)) return undefined;
  const value = parseJson(text);
  if (value === undefined && !isTruncated) return undefined;
  const pretty = indentJson(text, most);
  const graphql = readGraphqlSocket(value, subprotocol);
  if (graphql === undefined) return { kind: 'json', summary: oneLine(text), pretty, fields: [] };
  const { headline, fields } = graphql;
  return { kind: 'graphql', summary: oneLine(headline), pretty, fields };
}

function plainText(text: string, most: number): MessageReading {
  const out = new TextOutput(most);
  out.add(text);
  return { kind: 'text', summary: oneLine(text), pretty: out.toString(), fields: [] };
}

function readBytes(bytes: Uint8Array, hints: MessageHints): MessageReading {
  const most = hints.most ?? PRETTY_MAX;
  const target = hints.target ?? '';
  const payload = bytes.subarray(binaryStart(bytes, target));
  const text = textOf(payload, hints.isTruncated ?? false);
  const json =
    text === undefined ? undefined : readJson(text, hints.subprotocol ?? '', false, most);
  return (
    json ??
    readPacked(payload, hints.subprotocol ?? '', most) ??
    (text === undefined ? dump(payload, target, most) : plainText(text, most))
  );
}

/** Nothing marks the two formats: what is one of them to the last byte is taken for it. */
function readPacked(
  bytes: Uint8Array,
  subprotocol: string,
  most: number,
): MessageReading | undefined {
  const formats = [
    ['messagepack', readMessagePack],
    ['cbor', readCbor],
  ] as const;
  const order = subprotocol.toLowerCase().includes('cbor') ? formats.toReversed() : formats;
  for (const [kind, read] of order) {
    const value = read(bytes);
    if (value !== undefined) return packedReading(kind, value, most);
  }
  return undefined;
}

function packedReading(kind: 'messagepack' | 'cbor', value: Value, most: number): MessageReading {
  const pretty = valueText(value, most);
  return { kind, summary: oneLine(pretty), pretty, fields: [] };
}

/** UTF-8 without control characters; undefined for anything else. */
function textOf(bytes: Uint8Array, isTruncated: boolean): string | undefined {
  try {
    const stream = { stream: isTruncated };
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes, stream);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what text has none of
    return /[\u0000-\u0008\u000e-\u001f\u007f]/.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}

function dump(bytes: Uint8Array, target: string, most: number): MessageReading {
  const isSocketIo = isSocketIoTarget(target);
  const what = isSocketIo ? 'attachment, ' : '';
  const more = bytes.length > BYTES_SHOWN ? '…' : '';
  const size = bytes.length === 1 ? '1 byte' : `${bytes.length} bytes`;
  const summary = `${what}${size}: ${hexText(bytes, BYTES_SHOWN)}${more}`.slice(0, SUMMARY_MAX);
  const pretty = hexDump(bytes, Math.floor(most / DUMP_COST));
  return { kind: isSocketIo ? 'socket.io' : 'binary', summary, pretty, fields: [] };
}
