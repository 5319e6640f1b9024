import { Buffer } from 'node:buffer';
import type { SocketHandshake } from '../../../src/capture/websocket/socket-detail.ts';

export interface FrameSpec {
  readonly opcode: number;
  readonly payload?: Uint8Array;
  readonly isFinal?: boolean;
  readonly isCompressed?: boolean;
  /** Of the visitor's frames. */
  readonly mask?: Uint8Array;
}

export const MASK = Uint8Array.of(0x12, 0xab, 0x00, 0xff);

/** Bytes of a frame, by the rules. */
export function frame(spec: FrameSpec): Uint8Array {
  const { opcode, payload = new Uint8Array(), isFinal = true, isCompressed = false, mask } = spec;
  const first = (isFinal ? 0x80 : 0) | (isCompressed ? 0x40 : 0) | opcode;
  const bit = mask === undefined ? 0 : 0x80;
  const size = payload.length;
  const head =
    size < 126
      ? [bit | size]
      : size < 0x1_0000
        ? [bit | 126, size >> 8, size & 0xff]
        : [
            bit | 127,
            0,
            0,
            0,
            0,
            size >>> 24,
            (size >> 16) & 0xff,
            (size >> 8) & 0xff,
            size & 0xff,
          ];
  const masked = Uint8Array.from(payload, (byte, i) => byte ^ (mask?.[i & 3] ?? 0));
  return Buffer.concat([Uint8Array.of(first, ...head, ...(mask ?? [])), masked]);
}

/** The same, from the visitor. */
export function masked(spec: FrameSpec): Uint8Array {
  return frame({ ...spec, mask: MASK });
}

export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Payload of a close frame. */
export function closing(code: number, reason: string | Uint8Array): Uint8Array {
  const words = typeof reason === 'string' ? bytesOf(reason) : reason;
  return Uint8Array.of(code >> 8, code & 0xff, ...words);
}

/** Cuts bytes into pieces of the sizes, taken in turn. */
export function cut(bytes: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length] as number;
    pieces.push(bytes.subarray(at, at + size));
    at += size;
  }
  return pieces;
}

const TAKEOVER = { hasTakeover: true, windowBits: 15 };

export const PLAIN: SocketHandshake = {
  offeredSubprotocols: [],
  subprotocol: '',
  offeredExtensions: [],
  extensions: [],
  version: '13',
  key: 'valid',
  accept: 'right',
  odd: [],
};

/** permessage-deflate was accepted, with context takeover both ways. */
export const DEFLATED: SocketHandshake = {
  ...PLAIN,
  extensions: [{ name: 'permessage-deflate', parameters: [] }],
  deflate: { up: TAKEOVER, down: TAKEOVER },
};
