import type { SocketMessage } from '../../api/types.ts';

/** Bytes of a text in base64; none of one that is not. */
function bytesOfBase64(base64: string): Uint8Array {
  const latin1 = atob(base64);
  const bytes = new Uint8Array(latin1.length);
  for (let i = 0; i < latin1.length; i++) bytes[i] = latin1.charCodeAt(i);
  return bytes;
}

export function base64Of(bytes: Uint8Array): string {
  let latin1 = '';
  for (const byte of bytes) latin1 += String.fromCharCode(byte);
  return btoa(latin1);
}

/** What a message holds: text of a text message, the reason of a close, bytes of all others. */
export function contentOf({ text, base64 }: SocketMessage): string | Uint8Array {
  return text ?? bytesOfBase64(base64 ?? '');
}

/** ... as bytes. */
export function payloadOf(message: SocketMessage): Uint8Array {
  const content = contentOf(message);
  return typeof content === 'string' ? new TextEncoder().encode(content) : content;
}
