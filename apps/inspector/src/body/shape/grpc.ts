import { type GrpcFrame, grpcFrames } from '@sellia/inspector/bodies';

/** Frames of gRPC or gRPC-web, and the bytes that they are offsets into. */
export interface ShownFrames {
  readonly bytes: Uint8Array;
  readonly frames: readonly GrpcFrame[];
  readonly note: string;
}

/** `type`: media type of the body. `grpc-web-text` is base64, padded wherever the sender flushed. */
export function framesOf(body: Uint8Array, type: string): ShownFrames {
  const bytes = isBase64(type) ? fromBase64(body) : body;
  return { bytes, ...grpcFrames(bytes) };
}

export function isGrpc(type: string): boolean {
  return /^application\/grpc(?:-web(?:-text)?)?(?:\+|$)/.test(type);
}

function isBase64(type: string): boolean {
  return type.startsWith('application/grpc-web-text');
}

const PIECE = /[A-Za-z0-9+/]+={0,2}/g;

/** What is not base64 is passed over; a piece that breaks off is read as far as it goes. */
function fromBase64(body: Uint8Array): Uint8Array {
  const pieces = new TextDecoder('latin1').decode(body).match(PIECE) ?? [];
  const parts = pieces.map((piece) => {
    const text = piece.replaceAll('=', '');
    return atob(text.slice(0, text.length % 4 === 1 ? -1 : undefined));
  });
  return Uint8Array.from(parts.join(''), (character) => character.charCodeAt(0));
}
