import { createHash, randomBytes } from 'node:crypto';
import type { OriginExchange } from '../rig/origin.ts';
import type { Rig } from '../rig/rig.ts';

/** Key and answer of RFC 6455 section 1.3. */
export const SAMPLE_KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
export const SAMPLE_ACCEPT = 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=';

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

export function acceptOf(key: string): string {
  return createHash('sha1').update(`${key}${GUID}`).digest('base64');
}

/** Bytes of a right handshake; `lines` replaces or adds header lines of its own. */
export function handshake(rig: Rig, target = '/chat', lines: Record<string, string | null> = {}) {
  const all: Record<string, string | null> = {
    Host: rig.host,
    Upgrade: 'websocket',
    Connection: 'Upgrade',
    'Sec-WebSocket-Key': SAMPLE_KEY,
    'Sec-WebSocket-Version': '13',
    ...lines,
  };
  const kept = Object.entries(all).filter(([, value]) => value !== null);
  const text = kept.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return `GET ${target} HTTP/1.1\r\n${text}\r\n`;
}

/** O agrees to the upgrade; from here on the connection is bytes. `behind` is in the same segment. */
export function switchProtocols(
  exchange: OriginExchange,
  lines = '',
  behind: Uint8Array = Buffer.alloc(0),
): void {
  exchange.connection.goRaw();
  const accept = acceptOf(exchange.request.value('sec-websocket-key') ?? '');
  const head =
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
    `Sec-WebSocket-Accept: ${accept}\r\n${lines}\r\n`;
  exchange.send(Buffer.concat([Buffer.from(head, 'latin1'), behind]));
}

export interface FrameShape {
  readonly opcode: number;
  readonly payload?: Uint8Array;
  readonly isFinal?: boolean;
  /** First reserved bit: a compressed message. */
  readonly rsv1?: boolean;
  /** As a client must and a server must not. */
  readonly isMasked?: boolean;
}

/** One WebSocket frame (RFC 6455 section 5.2), right or wrong as asked. */
export function webSocketFrame(shape: FrameShape): Buffer {
  const {
    opcode,
    payload = Buffer.alloc(0),
    isFinal = true,
    rsv1 = false,
    isMasked = false,
  } = shape;
  const first = (isFinal ? 0x80 : 0) | (rsv1 ? 0x40 : 0) | opcode;
  const mask = isMasked ? randomBytes(4) : Buffer.alloc(0);
  const bytes = isMasked ? payload.map((byte, i) => byte ^ (mask[i % 4] as number)) : payload;
  return Buffer.concat([Buffer.of(first), lengthField(payload.length, isMasked), mask, bytes]);
}

export const Opcode = { Continuation: 0, Text: 1, Binary: 2, Close: 8, Ping: 9, Pong: 10 } as const;

function lengthField(length: number, isMasked: boolean): Buffer {
  const bit = isMasked ? 0x80 : 0;
  if (length < 126) return Buffer.of(bit | length);
  if (length < 65_536) {
    const field = Buffer.of(bit | 126, 0, 0);
    field.writeUInt16BE(length, 1);
    return field;
  }
  const field = Buffer.alloc(9);
  field[0] = bit | 127;
  field.writeBigUInt64BE(BigInt(length), 1);
  return field;
}
