/** Arguments that one call may take; engines fail beyond some 100,000. */
const CALL_MAX = 8192;

/** One character, 0 to 255, for each byte. */
export function latin1(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += CALL_MAX) {
    text += String.fromCharCode(...bytes.subarray(at, at + CALL_MAX));
  }
  return text;
}
