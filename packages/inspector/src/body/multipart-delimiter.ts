import { latin1 } from './latin1.ts';

/** A line that parts two parts (RFC 2046 section 5.1). */
export interface Delimiter {
  /** Where the content before it ends: the line end before it belongs to it. */
  readonly start: number;
  /** Behind its own line end. */
  readonly end: number;
  /** No part follows. */
  readonly isLast: boolean;
}

const LF = 10;
const CR = 13;
const DASH = 45;

/**
 * The delimiter lines of a body, at most `most` of them. Each line is compared until the first
 * difference, which comes no later than its end, so all lines together cost their length.
 */
export function delimiters(bytes: Uint8Array, boundary: string, most: number): Delimiter[] {
  const mark = new TextEncoder().encode(`--${boundary}`);
  const found: Delimiter[] = [];
  for (let line = 0; line < bytes.length && found.length < most; ) {
    const end = lineEnd(bytes, line);
    const delimiter = startsWith(bytes, line, mark)
      ? delimiterAt(bytes, line, line + mark.length, end)
      : undefined;
    if (delimiter !== undefined) found.push(delimiter);
    if (delimiter?.isLast) break;
    line = end;
  }
  return found;
}

/** Behind the next line feed. */
export function lineEnd(bytes: Uint8Array, from: number): number {
  const feed = bytes.indexOf(LF, from);
  return feed < 0 ? bytes.length : feed + 1;
}

/** Where the line end before `start` begins; `start` if there is none. */
function beforeLineEnd(bytes: Uint8Array, start: number): number {
  if (bytes[start - 1] !== LF) return start;
  return bytes[start - 2] === CR ? start - 2 : start - 1;
}

/** Undefined if the line goes on otherwise: then it has another boundary, which begins the same. */
function delimiterAt(
  bytes: Uint8Array,
  line: number,
  behind: number,
  end: number,
): Delimiter | undefined {
  const isLast = bytes[behind] === DASH && bytes[behind + 1] === DASH;
  for (let at = isLast ? behind + 2 : behind; at < end; at++) {
    if (![LF, CR, 32, 9].includes(bytes[at] ?? 0)) return undefined;
  }
  return { start: beforeLineEnd(bytes, line), end, isLast };
}

function startsWith(bytes: Uint8Array, at: number, mark: Uint8Array): boolean {
  for (let i = 0; i < mark.length; i++) if (bytes[at + i] !== mark[i]) return false;
  return true;
}

/** The first line that begins with two dashes, without them; empty if the first lines have none. */
export function guessBoundary(bytes: Uint8Array, longest: number): string {
  let line = 0;
  for (let i = 0; i < PREAMBLE_LINES_MAX && line < bytes.length; i++) {
    const end = Math.min(lineEnd(bytes, line), line + longest + 4);
    const text = latin1(bytes.subarray(line, end)).trimEnd();
    if (/^--[^-]|^--.{2}/.test(text) && /^[\x20-\x7e]+$/.test(text)) return text.slice(2);
    line = lineEnd(bytes, line);
  }
  return '';
}

/** Lines before the first part are rare, and mail alone has them. */
const PREAMBLE_LINES_MAX = 20;
