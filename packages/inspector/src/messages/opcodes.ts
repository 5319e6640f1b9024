/** Opcodes of WebSocket frames (RFC 6455 section 5.2). */
export const Opcode = {
  CONTINUATION: 0x0,
  TEXT: 0x1,
  BINARY: 0x2,
  CLOSE: 0x8,
  PING: 0x9,
  PONG: 0xa,
} as const;

const NAMES = new Map<number, string>([
  [Opcode.CONTINUATION, 'continuation'],
  [Opcode.TEXT, 'text'],
  [Opcode.BINARY, 'binary'],
  [Opcode.CLOSE, 'close'],
  [Opcode.PING, 'ping'],
  [Opcode.PONG, 'pong'],
]);

/** `text` of 1; `reserved` for opcodes that nobody has given a meaning. */
export function opcodeName(opcode: number): string {
  return NAMES.get(opcode) ?? 'reserved';
}
