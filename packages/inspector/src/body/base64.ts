import { latin1 } from './latin1.ts';

/** Bytes that are shown so at most. */
export const BASE64_BYTES_MAX = 4 * 1024 * 1024;

/** The first `BASE64_BYTES_MAX` bytes in base64 (RFC 4648 section 4), without line breaks. */
export function base64(bytes: Uint8Array): string {
  return btoa(latin1(bytes.subarray(0, BASE64_BYTES_MAX)));
}
