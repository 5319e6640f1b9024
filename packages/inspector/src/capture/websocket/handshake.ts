import { createHash } from 'node:crypto';
import type { HeaderLines } from '../../exchange/header-lines.ts';
import { DEFLATE, deflateTerms, oddDeflate } from './deflate-terms.ts';
import { readExtensions } from './extension-list.ts';
import type { ReservedBits } from './frame-reader.ts';
import { isKey, joined, oddOffer, quoted, readOffer } from './offer.ts';
import type { SocketExtension, SocketHandshake } from './socket-detail.ts';

/** Appended to the key before it is hashed (RFC 6455 section 1.3). */
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

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
  const accepted = isSwitched ? readExtensions(joined(response, 'sec-websocket-extensions')) : [];
  const deflate = deflateTerms(accepted);
  const handshake = {
    ...readOffer(request),
    subprotocol: isSwitched ? joined(response, 'sec-websocket-protocol') : '',
    extensions: accepted,
    ...(deflate === undefined ? {} : { deflate }),
    accept: isSwitched ? judgeAccept(request, response) : 'unknown',
  } as const;
  return { ...handshake, odd: oddities(handshake, isSwitched) };
}

/** Which reserved bits the accepted extensions may set. */
export function reservedBits({ extensions }: SocketHandshake): ReservedBits {
  if (extensions.length === 0) return 'none';
  return extensions.every((extension) => extension.name === DEFLATE) ? 'deflate' : 'any';
}

function judgeAccept(request: HeaderLines, response: HeaderLines): SocketHandshake['accept'] {
  const key = joined(request, 'sec-websocket-key');
  const accept = joined(response, 'sec-websocket-accept');
  if (accept === '') return 'missing';
  if (!isKey(key)) return 'unknown';
  const right = createHash('sha1')
    .update(key + GUID)
    .digest('base64');
  return accept === right ? 'right' : 'wrong';
}

type Heads = Omit<SocketHandshake, 'odd'>;

function oddities(heads: Heads, isSwitched: boolean): string[] {
  const odd = oddOffer(heads);
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
