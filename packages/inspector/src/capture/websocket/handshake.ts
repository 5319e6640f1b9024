import { createHash } from 'node:crypto';
import type { HeaderLines } from '../../exchange/header-lines.ts';
import { DEFLATE, deflateTerms, oddDeflate } from './deflate-terms.ts';
import { readExtensions, readNames } from './extension-list.ts';
import type { ReservedBits } from './frame-reader.ts';
import type { SocketExtension, SocketHandshake } from './socket-detail.ts';

/** Appended to the key before it is hashed (RFC 6455 section 1.3). */
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
/** Base64 of 16 bytes. */
const KEY = /^[A-Za-z0-9+/]{21}[AQgw]==$/;
/** Longest piece of a header that goes into a sentence. */
const QUOTED_MAX = 60;

/**
 * What the heads of an upgrade agree on. `response` is empty until it has come; nothing is judged of
 * an answer with another status than 101. Never throws; what is wrong is said in `odd`.
 */
export function readHandshake(
  request: HeaderLines,
  response: HeaderLines,
  status: number,
): SocketHandshake {
  const isSwitched = status === 101;
  const key = joined(request, 'sec-websocket-key');
  const accept = joined(response, 'sec-websocket-accept');
  const offered = readExtensions(joined(request, 'sec-websocket-extensions'));
  const accepted = isSwitched ? readExtensions(joined(response, 'sec-websocket-extensions')) : [];
  const deflate = deflateTerms(accepted);
  const handshake = {
    offeredSubprotocols: readNames(joined(request, 'sec-websocket-protocol')),
    subprotocol: isSwitched ? joined(response, 'sec-websocket-protocol') : '',
    offeredExtensions: offered,
    extensions: accepted,
    ...(deflate === undefined ? {} : { deflate }),
    version: joined(request, 'sec-websocket-version'),
    key: key === '' ? 'missing' : KEY.test(key) ? 'valid' : 'malformed',
    accept: isSwitched ? judgeAccept(key, accept) : 'unknown',
  } as const;
  return { ...handshake, odd: oddities(handshake, isSwitched) };
}

/** Which reserved bits the accepted extensions may set. */
export function reservedBits({ extensions }: SocketHandshake): ReservedBits {
  if (extensions.length === 0) return 'none';
  return extensions.every((extension) => extension.name === DEFLATE) ? 'deflate' : 'any';
}

/** Lines of one name as one value. */
function joined(lines: HeaderLines, name: string): string {
  const values: string[] = [];
  for (let i = 0; i + 1 < lines.length; i += 2) {
    if (lines[i]?.toLowerCase() === name) values.push((lines[i + 1] as string).trim());
  }
  return values.join(', ');
}

function judgeAccept(key: string, accept: string): SocketHandshake['accept'] {
  if (accept === '') return 'missing';
  if (!KEY.test(key)) return 'unknown';
  const right = createHash('sha1')
    .update(key + GUID)
    .digest('base64');
  return accept === right ? 'right' : 'wrong';
}

type Heads = Omit<SocketHandshake, 'odd'>;

function oddities(heads: Heads, isSwitched: boolean): string[] {
  const odd: string[] = [];
  if (heads.key === 'missing') odd.push('The request has no Sec-WebSocket-Key.');
  if (heads.key === 'malformed') odd.push('Sec-WebSocket-Key is not 16 bytes in base64.');
  if (heads.version !== '13') {
    odd.push(`The WebSocket version is ${quoted(heads.version)}, where only 13 exists.`);
  }
  if (new Set(heads.offeredSubprotocols).size < heads.offeredSubprotocols.length) {
    odd.push('A subprotocol is offered twice.');
  }
  if (isSwitched) odd.push(...oddAnswer(heads));
  return odd;
}

function oddAnswer(heads: Heads): string[] {
  const odd: string[] = [];
  if (heads.accept === 'missing') odd.push('The answer has no Sec-WebSocket-Accept.');
  if (heads.accept === 'wrong') odd.push('Sec-WebSocket-Accept does not belong to the key.');
  odd.push(...oddSubprotocol(heads.offeredSubprotocols, heads.subprotocol));
  for (const extension of heads.extensions) {
    odd.push(...oddExtension(extension, heads.offeredExtensions));
  }
  odd.push(...oddDeflate(heads.extensions, heads.offeredExtensions));
  return odd;
}

function oddSubprotocol(offered: readonly string[], chosen: string): string[] {
  if (chosen === '') {
    return offered.length === 0
      ? []
      : ['None of the offered subprotocols was chosen; a browser ends such a connection.'];
  }
  if (offered.includes(chosen)) return [];
  return [`The chosen subprotocol ${quoted(chosen)} was not offered.`];
}

function oddExtension(extension: SocketExtension, offered: readonly SocketExtension[]): string[] {
  const odd: string[] = [];
  const name = quoted(extension.name);
  if (!offered.some((offer) => offer.name === extension.name)) {
    odd.push(`The extension ${name} was accepted but not offered.`);
  }
  if (extension.name !== DEFLATE) {
    odd.push(`The extension ${name} is not known here: messages are shown as they travel.`);
  }
  return odd;
}

function quoted(text: string): string {
  const isLong = text.length > QUOTED_MAX;
  return `"${isLong ? `${text.slice(0, QUOTED_MAX)}…` : text}"`;
}
