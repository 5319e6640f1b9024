import { type Delimiter, delimiters, guessBoundary } from './multipart-delimiter.ts';
import { readPartHead } from './multipart-head.ts';

/** Parts of one body; more are not listed. */
export const PARTS_MAX = 1000;

/** Longest boundary that is looked for; RFC 2046 section 5.1.1 allows 70. */
export const BOUNDARY_MAX = 256;

/** One part, as offsets into the body. */
export interface MultipartPart {
  /** Name, value, name, value, … as they came. */
  readonly headers: readonly string[];
  /** Of the form's field; empty where none is told. */
  readonly name: string;
  /** As the sender chose it: never a path to write to. Undefined for a part that is no file. */
  readonly filename?: string;
  /** `Content-Type`, whole; empty where none is told. */
  readonly type: string;
  /** Its content is `bytes.subarray(start, end)`. */
  readonly start: number;
  readonly end: number;
  /** The body ends within it. */
  readonly isOpen: boolean;
}

export interface Multipart {
  /** That parts were told apart by; empty if none was found. */
  readonly boundary: string;
  readonly parts: readonly MultipartPart[];
  /** The last delimiter, which says that no part follows, has come. */
  readonly isClosed: boolean;
  /** Plain words; empty where nothing is to be said. */
  readonly note: string;
}

/**
 * The parts of a multipart body, or of what there is of it. Without a `boundary` (of the
 * `Content-Type`) it is guessed from the first line. Linear; never throws.
 */
export function parseMultipart(bytes: Uint8Array, boundary: string): Multipart {
  const isGuess = boundary === '';
  const used = isGuess ? guessBoundary(bytes, BOUNDARY_MAX) : boundary;
  if (used === '' || used.length > BOUNDARY_MAX) {
    const note = used === '' ? 'No boundary is told or found.' : 'The boundary is too long.';
    return { boundary: '', parts: [], isClosed: false, note };
  }
  const found = delimiters(bytes, used, PARTS_MAX + 1);
  const parts = partsBetween(bytes, found);
  const isClosed = found.some(({ isLast }) => isLast);
  return { boundary: used, parts, isClosed, note: noteOn(found, isClosed, isGuess) };
}

function partsBetween(bytes: Uint8Array, found: readonly Delimiter[]): MultipartPart[] {
  const parts: MultipartPart[] = [];
  for (const [i, { end, isLast }] of found.entries()) {
    if (isLast || parts.length === PARTS_MAX) break;
    const next = found[i + 1];
    parts.push(partAt(bytes, end, next?.start ?? bytes.length, next === undefined));
  }
  return parts;
}

function partAt(bytes: Uint8Array, from: number, until: number, isOpen: boolean): MultipartPart {
  // Without content, the line end before the delimiter is the one that closes the head.
  const end = Math.max(from, until);
  const head = readPartHead(bytes, from, end);
  const { headers, name, filename, type } = head;
  const start = Math.min(head.end, end);
  return {
    headers,
    name,
    ...(filename === undefined ? {} : { filename }),
    type,
    start,
    end,
    isOpen,
  };
}

function noteOn(found: readonly Delimiter[], isClosed: boolean, isGuess: boolean): string {
  if (found.length === 0) return 'The boundary does not occur in the body.';
  const notes: string[] = [];
  if (isGuess) notes.push('Content-Type tells no boundary; this one is guessed.');
  if (found.length > PARTS_MAX && !isClosed) notes.push(`Only ${PARTS_MAX} parts are listed.`);
  else if (!isClosed) notes.push('The body ends before its last part does.');
  return notes.join(' ');
}
