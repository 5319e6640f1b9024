/**
 * Text on the wire is latin1: one character, one byte, so heads pass untouched whatever their
 * bytes mean (RFC 9110 section 5.5). The driver hands in a native implementation; this one is for
 * everybody else, and what the native one is tested against.
 */
export interface Latin1 {
  /** Writes `text` into `target` at `offset`; the caller has made room for `text.length` bytes. */
  write(target: Uint8Array, offset: number, text: string): void;
  read(bytes: Uint8Array, start: number, end: number): string;
}

/** Arguments that one `String.fromCharCode` call takes safely on every engine. */
const SLICE = 4096;

export const portableLatin1: Latin1 = {
  write(target, offset, text) {
    for (let i = 0; i < text.length; i++) target[offset + i] = text.charCodeAt(i);
  },
  read(bytes, start, end) {
    let text = '';
    for (let at = start; at < end; at += SLICE) {
      text += String.fromCharCode(...bytes.subarray(at, Math.min(end, at + SLICE)));
    }
    return text;
  },
};
