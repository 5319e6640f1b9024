import type { SocketMessage } from '../../api/types.ts';

/** Bytes of a message decompressed; as it travelled where that is not known. */
export function plainSize({ bytes, plainBytes }: SocketMessage): number {
  return plainBytes >= 0 ? plainBytes : bytes;
}
