import { indentJson, parseJson } from './json-text.ts';
import { field, type MessageReading } from './message-reading.ts';
import { oneLine } from './one-line.ts';

/** Packets of Engine.IO, by their digit. */
const ENGINE = ['open', 'close', 'ping', 'pong', 'message', 'upgrade', 'noop'];
const MESSAGE = 4;
/** Packets of Socket.IO; 4 was `error` in its protocol 4. */
const SOCKET = [
  ...['connect', 'disconnect', 'event', 'ack', 'connect error'],
  ...['binary event', 'binary ack'],
];
const BINARY_EVENT = 5;
/** Longest namespace and longest number that are looked at. */
const NAMESPACE_MAX = 500;
const DIGITS_MAX = 15;

/** What stands before the JSON of a Socket.IO packet. */
interface Packet {
  readonly type: number;
  readonly attachments: string;
  readonly namespace: string;
  readonly ackId: string;
  readonly json: string;
}

/**
 * A text message of Engine.IO (3 and 4) and of Socket.IO inside of it (protocol 4 and 5). Without
 * `isHinted` (the path or query say so) only what can hardly be anything else is taken for it;
 * undefined for the rest.
 */
export function readSocketIo(
  text: string,
  isHinted: boolean,
  isTruncated: boolean,
  most: number,
): MessageReading | undefined {
  const name = /^[0-6]$/.test(text.charAt(0)) ? ENGINE[Number(text[0])] : undefined;
  if (name === undefined) return undefined;
  const packet = Number(text[0]) === MESSAGE ? readPacket(text) : undefined;
  if (packet !== undefined && isPlausible(packet, isHinted, isTruncated)) {
    return packetReading(packet, most);
  }
  const rest = text.slice(1);
  if (!isHinted && !(name === 'open' && rest.startsWith('{"sid":'))) return undefined;
  const shown = rest === '' ? name : `${name} ${rest}`;
  const pretty = indentJson(rest, most);
  return { kind: 'engine.io', summary: oneLine(shown), pretty, fields: [field('packet', name)] };
}

/** `42/chat,17["say","hi"]`: digit, attachments, namespace, acknowledgement id, JSON. */
function readPacket(text: string): Packet | undefined {
  const type = Number(text.charAt(1) || 'x');
  if (SOCKET[type] === undefined) return undefined;
  let at = 2;
  let attachments = '';
  if (type >= BINARY_EVENT) {
    attachments = digits(text, at);
    at += attachments.length;
    if (attachments === '' || text[at++] !== '-') return undefined;
  }
  const namespace = namespaceAt(text, at);
  at += namespace.length;
  if (namespace !== '' && text[at] === ',') at++;
  const ackId = digits(text, at);
  return { type, attachments, namespace, ackId, json: text.slice(at + ackId.length) };
}

function digits(text: string, at: number): string {
  let end = at;
  while (end < at + DIGITS_MAX && /[0-9]/.test(text.charAt(end))) end++;
  return text.slice(at, end);
}

function namespaceAt(text: string, at: number): string {
  if (text[at] !== '/') return '';
  const slice = text.slice(at, at + NAMESPACE_MAX);
  const comma = slice.indexOf(',');
  return comma < 0 ? slice : slice.slice(0, comma);
}

/** Events and acknowledgements hold an array; a bare `42` may be a number. */
function isPlausible({ type, json }: Packet, isHinted: boolean, isTruncated: boolean): boolean {
  const isWhole = isTruncated || json === '' || parseJson(json) !== undefined;
  const hasArray = json.startsWith('[');
  if (type === 2 || type === 3 || type >= BINARY_EVENT) return hasArray && isWhole;
  return isHinted && isWhole && (json === '' || /^[{"]/.test(json));
}

function packetReading(packet: Packet, most: number): MessageReading {
  const { type, attachments, namespace, ackId, json } = packet;
  const name = SOCKET[type] as string;
  const event = type === 2 || type === BINARY_EVENT ? eventName(json) : '';
  const fields = [field('type', name)];
  if (namespace !== '') fields.push(field('namespace', namespace));
  if (event !== '') fields.push(field('event', event));
  if (ackId !== '') fields.push(field('ack id', ackId));
  if (attachments !== '') fields.push(field('attachments', attachments));
  const words = [name, ...(ackId === '' ? [] : [`#${ackId}`]), namespace, json];
  const summary = oneLine(words.filter((word) => word !== '').join(' '));
  return { kind: 'socket.io', summary, pretty: indentJson(json, most), fields };
}

/** The string that an event's array begins with; of a cut one as well. */
function eventName(json: string): string {
  const found = /^\[\s{0,20}("(?:[^"\\]|\\.){0,200}")/.exec(json);
  const name = found === null ? undefined : parseJson(found[1] as string);
  return typeof name === 'string' ? name : '';
}

/** Whether the address is one of Engine.IO: `/socket.io/`, or `EIO=` in the query. */
export function isSocketIoTarget(target: string): boolean {
  return target.includes('/socket.io/') || /[?&]EIO=[0-9]/.test(target);
}

/** Binary messages of Engine.IO 3 begin with the digit of their packet as a byte. */
export function binaryStart(bytes: Uint8Array, target: string): number {
  return bytes[0] === MESSAGE && /[?&]EIO=3(?:&|$)/.test(target) ? 1 : 0;
}
