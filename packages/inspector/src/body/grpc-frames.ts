/** Frames of one body; more are not listed. */
export const GRPC_FRAMES_MAX = 1000;

/** Flags, then a length of four bytes. */
const HEAD = 5;

/** One length-prefixed message of gRPC or gRPC-web, as offsets into the body. */
export interface GrpcFrame {
  /** gRPC-web sends trailers as the last frame: lines of text, as headers are. */
  readonly kind: 'message' | 'trailers';
  /** By the coding that `grpc-encoding` names. */
  readonly isCompressed: boolean;
  readonly start: number;
  readonly end: number;
  /** Bytes that its head promises; more than there are if the body ends within it. */
  readonly promised: number;
}

export interface GrpcFrames {
  readonly frames: readonly GrpcFrame[];
  /** Plain words; empty where nothing is to be said. */
  readonly note: string;
}

/** The frames of a body of `application/grpc` or `application/grpc-web`. Linear; never throws. */
export function grpcFrames(bytes: Uint8Array): GrpcFrames {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const frames: GrpcFrame[] = [];
  let at = 0;
  while (at + HEAD <= bytes.length) {
    if (frames.length === GRPC_FRAMES_MAX)
      return { frames, note: `Only ${GRPC_FRAMES_MAX} are listed.` };
    const flags = view.getUint8(at);
    if ((flags & 0x7e) !== 0) return { frames, note: `No frame begins at byte ${at}.` };
    const promised = view.getUint32(at + 1);
    const start = at + HEAD;
    at = start + promised;
    const kind = flags >= 0x80 ? 'trailers' : 'message';
    const end = Math.min(at, bytes.length);
    frames.push({ kind, isCompressed: (flags & 1) === 1, start, end, promised });
  }
  return { frames, note: at === bytes.length ? '' : 'The body ends within a frame.' };
}
