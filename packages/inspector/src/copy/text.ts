import { latin1 } from '../body/latin1.ts';

const STRICT = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const WRITER = new TextEncoder();

/** The text that `bytes` are in UTF-8, exactly; undefined when they are none. */
export function exactText(bytes: Uint8Array): string | undefined {
  try {
    return STRICT.decode(bytes);
  } catch {
    return undefined;
  }
}

/** One byte for each character; those above 255 come out as `?`. */
export function latin1Bytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    bytes[at] = code > 0xff ? 0x3f : code;
  }
  return bytes;
}

/** `text` if each character fits a byte; otherwise the characters of its UTF-8 bytes. */
export function asLatin1(text: string): string {
  for (let at = 0; at < text.length; at++) {
    if (text.charCodeAt(at) > 0xff) return latin1(WRITER.encode(text));
  }
  return text;
}

/**
 * Characters that a terminal obeys, that turn the reading direction or that nobody sees. Pasted, an
 * escape sequence could end the paste and run the rest as a command.
 */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Cn}]/u;
const UNSEEN_BUT_LF = /[^\P{Cc}\n]|[\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Cn}]/u;

/** No character of it is a control or invisible. */
export function isPrintable(text: string): boolean {
  return !UNSEEN.test(text);
}

/** Like `isPrintable`, line feeds allowed. */
export function isPrintableLines(text: string): boolean {
  return !UNSEEN_BUT_LF.test(text);
}

/** Space to tilde only: what every shell of Windows passes on unchanged. */
export function isPlainAscii(text: string): boolean {
  return /^[ -~]*$/.test(text);
}
