/** Opcodes of messages (RFC 6455 section 5.2). */
export const TEXT = 0x1;
export const BINARY = 0x2;
const CLOSE = 0x8;

const FINAL = 0x80;
const MASKED = 0x80;
/** Longest payload whose length stands in the head's second byte. */
const SHORT_MAX = 125;
/** Longest message of our own, in bytes: what two more bytes can tell. */
export const OWN_MESSAGE_MAX = 0xffff;

/**
 * Bytes of a close frame. With `mask` (four unpredictable bytes) as a client must send it, without
 * as a server must. Throws RangeError when `code` is none of 1000 to 4999, `reason` is longer than
 * 123 characters or not ASCII, or `mask` is of another length.
 */
export function closeFrame(code: number, reason: string, mask?: Uint8Array): Uint8Array {
  if (!(code >= 1000 && code <= 4999)) throw new RangeError(`close code ${code}`);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range is all of ASCII
  if (!/^[\x00-\x7f]{0,123}$/.test(reason)) throw new RangeError('close reason');
  const payload = new Uint8Array(2 + reason.length);
  payload.set([code >> 8, code & 0xff]);
  for (let i = 0; i < reason.length; i++) payload[2 + i] = reason.charCodeAt(i);
  return frameOf(CLOSE, payload, mask);
}

/**
 * Bytes of a message in one frame, not compressed: what every extension must still take (RFC 7692 section
 * 6). `mask` as for `closeFrame`. The payload is copied; that of a text is UTF-8. Throws RangeError when
 * it is longer than OWN_MESSAGE_MAX.
 */
export function messageFrame(
  opcode: typeof TEXT | typeof BINARY,
  payload: Uint8Array,
  mask?: Uint8Array,
): Uint8Array {
  return frameOf(opcode, payload, mask);
}

function frameOf(opcode: number, payload: Uint8Array, mask?: Uint8Array): Uint8Array {
  if (mask !== undefined && mask.length !== 4) throw new RangeError('masking key');
  const head = headOf(opcode, payload.length, mask !== undefined);
  const frame = new Uint8Array(head.length + (mask?.length ?? 0) + payload.length);
  frame.set(head);
  frame.set(mask ?? [], head.length);
  const start = frame.length - payload.length;
  frame.set(payload, start);
  for (let i = 0; mask !== undefined && i < payload.length; i++) {
    frame[start + i] = (frame[start + i] as number) ^ (mask[i & 3] as number);
  }
  return frame;
}

function headOf(opcode: number, length: number, isMasked: boolean): number[] {
  if (length > OWN_MESSAGE_MAX) throw new RangeError(`a message of ${length} bytes`);
  const [flags, mark] = [FINAL | opcode, isMasked ? MASKED : 0];
  if (length <= SHORT_MAX) return [flags, mark | length];
  return [flags, mark | 126, length >> 8, length & 0xff];
}
