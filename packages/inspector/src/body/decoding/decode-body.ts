import { looksLikeText } from '../magic.ts';
import { CODINGS_MAX, codingNames, codingOf } from './codings.ts';
import { type Undone, undo } from './undo.ts';

/** Bytes that decoding gives at most, unless told otherwise. */
export const DECODED_MAX = 4 * 1024 * 1024;

/** Names in a note are a visitor's words. */
const NAME_SHOWN = 40;

/** How far decoding came. With all but `whole`, the bytes are not the whole body. */
export type DecodedState =
  | 'whole'
  | 'truncated-input'
  | 'too-large'
  | 'wrong-encoding'
  | 'unsupported';

export interface DecodedBody {
  /** What could be decoded; as it came where nothing could. */
  readonly bytes: Uint8Array;
  readonly state: DecodedState;
  /** For a person, in a sentence or two; empty where nothing is to be said. */
  readonly note: string;
}

export interface DecodeOptions {
  /** Default `DECODED_MAX`. What lies beyond is not made, so a bomb costs no more than this. */
  readonly maxBytes?: number;
  /** Only the beginning of the body was kept: that it breaks off is nobody's fault. Default false. */
  readonly isCut?: boolean;
}

/**
 * Undoes the `Content-Encoding` of a body: gzip, deflate (with and without a zlib header), br, zstd
 * where Node has it, and up to `CODINGS_MAX` of them in a row. Never rejects.
 */
export async function decodeBody(
  bytes: Uint8Array,
  encoding: string,
  { maxBytes = DECODED_MAX, isCut = false }: DecodeOptions = {},
): Promise<DecodedBody> {
  const names = codingNames(encoding);
  if (names.length > CODINGS_MAX) {
    const note = `Encoded ${names.length} times; at most ${CODINGS_MAX} are undone. Shown as it came.`;
    return { bytes, state: 'unsupported', note };
  }
  let body = asItCame(bytes, isCut);
  if (names.length === 0) return atMost(body, maxBytes);
  for (const name of names.reverse()) {
    const isBegun = body.state !== 'whole';
    body = followed(body, await step(body.bytes, name, maxBytes, isBegun));
    if (body.state === 'unsupported' || body.state === 'wrong-encoding') break;
  }
  return body;
}

function asItCame(bytes: Uint8Array, isCut: boolean): DecodedBody {
  if (isCut) return { bytes, state: 'truncated-input', note: 'Only the beginning was kept.' };
  return { bytes, state: 'whole', note: '' };
}

function atMost(body: DecodedBody, maxBytes: number): DecodedBody {
  if (body.bytes.length <= maxBytes) return body;
  const note = `Longer than ${maxBytes} bytes; only these are shown.`;
  return followed(body, { bytes: body.bytes.subarray(0, maxBytes), state: 'too-large', note });
}

/** From least to most to be told. */
const STATES: readonly DecodedState[] = [
  'whole',
  'truncated-input',
  'too-large',
  'wrong-encoding',
  'unsupported',
];

/** The later bytes, the worse state, both notes. */
function followed(earlier: DecodedBody, later: DecodedBody): DecodedBody {
  const state = STATES.indexOf(later.state) > STATES.indexOf(earlier.state) ? later : earlier;
  const note = [earlier.note, later.note].filter((each) => each !== '').join(' ');
  return { bytes: later.bytes, state: state.state, note };
}

async function step(
  bytes: Uint8Array,
  name: string,
  maxBytes: number,
  isCut: boolean,
): Promise<DecodedBody> {
  const shown = name.slice(0, NAME_SHOWN);
  const coding = codingOf(name);
  if (coding === undefined) {
    const note = `"${shown}" cannot be decoded here. Shown as it came.`;
    return { bytes, state: 'unsupported', note };
  }
  return told(bytes, await undo(bytes, coding, maxBytes), shown, isCut);
}

function told(given: Uint8Array, undone: Undone, name: string, isCut: boolean): DecodedBody {
  const { bytes, state, behind } = undone;
  if (bytes.length === 0 && given.length > 0 && isNeverEncoded(given, undone, isCut)) {
    const note = `Content-Encoding says ${name}, but the body is not. Shown as it came.`;
    return { bytes: given, state: 'wrong-encoding', note };
  }
  if (state === 'too-large') {
    const note = `Decodes to more than ${bytes.length} bytes; only these are shown.`;
    return { bytes, state, note };
  }
  if (state === 'truncated') {
    const note = isCut
      ? ''
      : `The ${name} body breaks off before its end. Shown as far as it goes.`;
    return { bytes, state: 'truncated-input', note };
  }
  if (state === 'whole') {
    const count = behind === 1 ? '1 byte' : `${behind} bytes`;
    const note = behind > 0 ? `Left out: ${count} behind the end of the ${name} body.` : '';
    return { bytes, state, note };
  }
  const note = `The ${name} body is damaged. Shown as far as it could be decoded.`;
  return { bytes, state: 'wrong-encoding', note };
}

/** Nothing came out. Brotli has no mark of its own: short text may look like its beginning. */
function isNeverEncoded(given: Uint8Array, { state }: Undone, isCut: boolean): boolean {
  return state === 'wrong' || (state === 'truncated' && !isCut && looksLikeText(given));
}
