import { latin1 } from './latin1.ts';
import { type SniffedText, sniffText } from './sniff-text.ts';

/** Bytes at the beginning of a body that are looked at. */
export const SNIFF_MAX = 4096;

/** What the beginning of a body shows it to be. */
export interface Magic {
  readonly kind: 'image' | 'audio' | 'video' | 'pdf' | 'binary' | SniffedText['kind'];
  /** Media type that is usual for it. */
  readonly type: string;
  /** Other media types that rightly say the same, separated by spaces. */
  readonly aliases: string;
}

type Signature = readonly [offset: number, bytes: string, kind: Magic['kind'], types: string];

/** Bytes as characters 0 to 255. Of several that fit, the first counts. */
const SIGNATURES: readonly Signature[] = [
  [0, '\x89PNG\r\n\x1a\n', 'image', 'image/png image/apng image/x-png'],
  [0, '\xff\xd8\xff', 'image', 'image/jpeg image/jpg image/pjpeg'],
  [0, 'GIF87a', 'image', 'image/gif'],
  [0, 'GIF89a', 'image', 'image/gif'],
  [8, 'WEBPVP8', 'image', 'image/webp'],
  [4, 'ftypavif', 'image', 'image/avif image/heif'],
  [4, 'ftypavis', 'image', 'image/avif image/heif'],
  [0, '\0\0\x01\0', 'image', 'image/vnd.microsoft.icon image/x-icon image/ico'],
  [0, '%PDF-', 'pdf', 'application/pdf application/x-pdf'],
  [0, 'PK\x03\x04', 'binary', 'application/zip application/x-zip-compressed'],
  [0, 'PK\x05\x06', 'binary', 'application/zip application/x-zip-compressed'],
  [0, '\x1f\x8b\x08', 'binary', 'application/gzip application/x-gzip application/x-tar'],
  [4, 'ftypM4A', 'audio', 'audio/mp4 audio/x-m4a audio/m4a video/mp4'],
  [4, 'ftyp', 'video', 'video/mp4 audio/mp4 video/quicktime video/3gpp audio/3gpp application/mp4'],
  [4, 'styp', 'video', 'video/mp4 audio/mp4 video/iso.segment'],
  [0, '\x1a\x45\xdf\xa3', 'video', 'video/webm audio/webm video/x-matroska audio/x-matroska'],
  [0, 'OggS', 'audio', 'audio/ogg video/ogg application/ogg audio/opus'],
  [0, 'ID3', 'audio', 'audio/mpeg audio/mp3 audio/x-mpeg audio/x-mp3 audio/aac'],
  [0, '\xff\xfb', 'audio', 'audio/mpeg audio/mp3 audio/x-mpeg audio/x-mp3'],
  [0, '\xff\xf3', 'audio', 'audio/mpeg audio/mp3 audio/x-mpeg audio/x-mp3'],
  [8, 'WAVEfmt ', 'audio', 'audio/wav audio/x-wav audio/wave audio/vnd.wave'],
  [0, '\0asm', 'binary', 'application/wasm'],
  [0, 'wOF2', 'binary', 'font/woff2 application/font-woff2'],
];

/** What the first bytes of a body are, by their look; undefined where they look like nothing known. */
export function sniff(bytes: Uint8Array): Magic | undefined {
  const beginning = latin1(bytes.subarray(0, SNIFF_MAX));
  const found = SIGNATURES.find(([offset, mark]) => beginning.startsWith(mark, offset));
  if (found !== undefined) return magicOf(found[2], found[3]);
  if (isBitmap(bytes, beginning)) return magicOf('image', 'image/bmp image/x-ms-bmp');
  const text = looksLikeText(bytes) ? sniffText(beginning) : undefined;
  return text && { kind: text.kind, type: text.type, aliases: '' };
}

function magicOf(kind: Magic['kind'], types: string): Magic {
  const [type = ''] = types.split(' ', 1);
  return { kind, type, aliases: types.slice(type.length + 1) };
}

/** `BM` alone begins many a text; the four reserved bytes and the size of the second header tell. */
function isBitmap(bytes: Uint8Array, beginning: string): boolean {
  const isReserved = beginning.startsWith('\0\0\0\0', 6);
  return beginning.startsWith('BM') && isReserved && [12, 40, 108, 124].includes(bytes[14] ?? 0);
}

/** Control characters that text does not hold (the binary bytes of the WHATWG's MIME sniffing). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const BINARY = /[\0-\x08\x0b\x0e-\x1a\x1c-\x1f]/;

/** Whether the beginning of `bytes` is UTF-8, or has the mark of UTF-16, without binary controls. */
export function looksLikeText(bytes: Uint8Array): boolean {
  const beginning = bytes.subarray(0, SNIFF_MAX);
  const [first, second] = beginning;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return true;
  try {
    // A stream: the beginning may end within a character.
    const text = new TextDecoder('utf-8', { fatal: true }).decode(beginning, { stream: true });
    return !BINARY.test(text);
  } catch {
    return false;
  }
}
