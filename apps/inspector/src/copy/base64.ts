/** Bytes that one step writes: divisible by 3, so that no padding comes in between. */
const STEP = 3 * 8_192;

/** Base64 of any number of bytes. */
export function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += STEP) {
    text += btoa(String.fromCharCode(...bytes.subarray(at, at + STEP)));
  }
  return text;
}

/** The bytes; undefined for what is no base64. Blanks and line ends do not matter. */
export function fromBase64(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(text.replaceAll(/\s/g, '')), (byte) => byte.charCodeAt(0));
  } catch {
    return undefined;
  }
}
