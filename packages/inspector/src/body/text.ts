/** Bytes that are turned into text at once; the rest is left to the hexadecimal view. */
export const TEXT_BYTES_MAX = 4 * 1024 * 1024;

/** Letters of a charset that a note repeats. */
const NAME_SHOWN = 40;

export interface BodyText {
  readonly text: string;
  /** The one that was used, as the WHATWG's Encoding standard names it. */
  readonly charset: string;
  /** Plain words on whatever was not as labelled; empty where all was. */
  readonly note: string;
}

export interface TextOptions {
  /** The bytes are only a beginning, and may end within a character. Default false. */
  readonly isCut?: boolean;
}

/**
 * Text of `bytes` in the labelled `charset` (empty: none told). A byte order mark overrules the
 * label, as in browsers. What fits neither is shown all the same, and the note says how.
 */
export function decodeText(
  bytes: Uint8Array,
  charset: string,
  { isCut = false }: TextOptions = {},
): BodyText {
  const isLong = bytes.length > TEXT_BYTES_MAX;
  const shown = bytes.subarray(0, TEXT_BYTES_MAX);
  const { label, note } = chosenCharset(shown, charset);
  const read = readAs(shown, label, isCut || isLong) ?? readAnyway(shown, label, charset === '');
  const tooLong = isLong ? `Only the first ${TEXT_BYTES_MAX} bytes are shown.` : '';
  const notes = [note, read.note, tooLong].filter((each) => each !== '');
  return { ...read, note: notes.join(' ') };
}

const MARKS: readonly (readonly [string, readonly number[]])[] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];

function chosenCharset(bytes: Uint8Array, charset: string): { label: string; note: string } {
  const known = charset === '' ? 'utf-8' : knownLabel(charset);
  const marked = MARKS.find(([, mark]) => mark.every((byte, i) => bytes[i] === byte))?.[0];
  const named = charset.slice(0, NAME_SHOWN);
  if (marked !== undefined) {
    const isTold = charset !== '' && known !== marked;
    const note = isTold ? `Labelled ${named}, but its byte order mark says ${marked}.` : '';
    return { label: marked, note };
  }
  if (known !== undefined) return { label: known, note: '' };
  return { label: 'utf-8', note: `"${named}" is no known charset; read as utf-8.` };
}

/** The standard's name of a label, or undefined if it has none. */
function knownLabel(charset: string): string | undefined {
  try {
    return new TextDecoder(charset).encoding;
  } catch {
    return undefined;
  }
}

/** Undefined if the bytes are not valid in the charset, but for an end within a character. */
function readAs(bytes: Uint8Array, label: string, isCut: boolean): BodyText | undefined {
  try {
    const decoder = new TextDecoder(label, { fatal: true });
    const text = decoder.decode(bytes, { stream: true });
    return { text, charset: decoder.encoding, note: isCut ? '' : unfinished(decoder) };
  } catch {
    return undefined;
  }
}

function unfinished(decoder: InstanceType<typeof TextDecoder>): string {
  try {
    decoder.decode();
    return '';
  } catch {
    return 'It ends within a character.';
  }
}

/** Windows-1252 has a character for every byte: better than marks, where nothing else was told. */
function readAnyway(bytes: Uint8Array, label: string, isGuess: boolean): BodyText {
  const charset = isGuess && label === 'utf-8' ? 'windows-1252' : label;
  const text = new TextDecoder(charset).decode(bytes);
  if (charset !== label) return { text, charset, note: `It is not ${label}; read as ${charset}.` };
  return { text, charset, note: `Some bytes are not ${label}; each is shown as \ufffd.` };
}
