const MAGIC = 4;
const BLOCK_HEAD = 3;
const CHECKSUM = 4;
const RUN_LENGTH = 1;

/**
 * Whether the frame that `bytes` begins with is there to its end (RFC 8878 section 3.1.1). Some
 * lines of Node take a frame that breaks off for a whole one.
 */
export function isWholeFrame(bytes: Uint8Array): boolean {
  const descriptor = bytes[MAGIC] ?? 0;
  let at = MAGIC + 1 + headLength(descriptor);
  for (;;) {
    if (at + BLOCK_HEAD > bytes.length) return false;
    const head = littleEndian(bytes, at);
    const isLast = (head & 1) === 1;
    const size = (head >> 1) % 4 === RUN_LENGTH ? 1 : head >> 3;
    at += BLOCK_HEAD + size;
    if (isLast) break;
  }
  const hasChecksum = (descriptor & 4) !== 0;
  return at + (hasChecksum ? CHECKSUM : 0) <= bytes.length;
}

/** Window descriptor, dictionary id and content size, as the descriptor says (section 3.1.1.1). */
function headLength(descriptor: number): number {
  const isSingleSegment = (descriptor & 32) !== 0;
  const window = isSingleSegment ? 0 : 1;
  const dictionary = [0, 1, 2, 4][descriptor & 3] as number;
  const contentSize = [isSingleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6] as number;
  return window + dictionary + contentSize;
}

function littleEndian(bytes: Uint8Array, at: number): number {
  const [low = 0, middle = 0, high = 0] = bytes.subarray(at, at + BLOCK_HEAD);
  return low | (middle << 8) | (high << 16);
}
