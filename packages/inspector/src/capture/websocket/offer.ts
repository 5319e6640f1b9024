import type { HeaderLines } from '../../exchange/header-lines.ts';
import { readExtensions, readNames } from './extension-list.ts';
import type { SocketHandshake } from './socket-detail.ts';

/** Base64 of 16 bytes. */
const KEY = /^[A-Za-z0-9+/]{21}[AQgw]==$/;
/** Longest piece of a header that goes into a sentence. */
const QUOTED_MAX = 60;

/** What the request's head of an upgrade says. */
export type SocketOffer = Pick<
  SocketHandshake,
  'offeredSubprotocols' | 'offeredExtensions' | 'version' | 'key'
>;

/** Reads it; pure, for the page too, where no answer has come or it was another than 101. Never throws. */
export function readOffer(request: HeaderLines): SocketOffer {
  const key = joined(request, 'sec-websocket-key');
  return {
    offeredSubprotocols: readNames(joined(request, 'sec-websocket-protocol')),
    offeredExtensions: readExtensions(joined(request, 'sec-websocket-extensions')),
    version: joined(request, 'sec-websocket-version'),
    key: key === '' ? 'missing' : isKey(key) ? 'valid' : 'malformed',
  };
}

/** What is odd in it, each a sentence for a person. */
export function oddOffer(offer: SocketOffer): string[] {
  const odd: string[] = [];
  if (offer.key === 'missing') odd.push('The request has no Sec-WebSocket-Key.');
  if (offer.key === 'malformed') odd.push('Sec-WebSocket-Key is not 16 bytes in base64.');
  if (offer.version !== '13') {
    odd.push(`The WebSocket version is ${quoted(offer.version)}, where only 13 exists.`);
  }
  if (new Set(offer.offeredSubprotocols).size < offer.offeredSubprotocols.length) {
    odd.push('A subprotocol is offered twice.');
  }
  return odd;
}

/** Whether a `Sec-WebSocket-Key` is one. */
export function isKey(key: string): boolean {
  return KEY.test(key);
}

/** Lines of one name as one value. */
export function joined(lines: HeaderLines, name: string): string {
  const values: string[] = [];
  for (let i = 0; i + 1 < lines.length; i += 2) {
    if (lines[i]?.toLowerCase() === name) values.push((lines[i + 1] as string).trim());
  }
  return values.join(', ');
}

/** A piece of a head inside of a sentence, cut to 60 characters. */
export function quoted(text: string): string {
  const isLong = text.length > QUOTED_MAX;
  return `"${isLong ? `${text.slice(0, QUOTED_MAX)}…` : text}"`;
}
