import {
  type ErrorCode,
  encodeResponse,
  findBadHeader,
  type HeaderLines,
  isReason,
  limits,
  listMembers,
  readFraming,
  responseHasBody,
} from '@sellia/protocol';
import { travellingLines } from './travelling-lines.ts';

/** A response head of the upstream that may travel. */
export interface CheckedHead {
  readonly status: number;
  readonly reason: string;
  /** What travels: hop-by-hop lines are gone. */
  readonly headers: HeaderLines;
  /** For `MuxStream.head` or `info`. */
  readonly text: string;
  /** No body follows, whatever the head says. */
  readonly ended: boolean;
}

/** The head breaks the rules: nothing of it travels. */
export interface BadHead {
  readonly code: ErrorCode;
  readonly reason: string;
}

/**
 * Judges a final head as strictly as a visitor's (the upstream may be hostile, and no library
 * checks all of it): nothing is repaired. RFC 9112 sections 4, 5 and 6.3.
 */
export function checkResponse(
  method: string,
  status: number,
  reason: string,
  lines: HeaderLines,
): CheckedHead | BadHead {
  if (!Number.isInteger(status) || status < 200 || status > 599) {
    return invalid(status === 101 ? 'switched protocols unasked' : `status ${status}`);
  }
  const bad = findFault(lines);
  if (bad !== undefined) return bad;
  const framing = readFraming(lines);
  if (framing.kind === 'bad') return invalid(framing.reason);
  const saysEmpty = framing.kind === 'length' && framing.length === 0;
  const isEmpty = saysEmpty || !responseHasBody(method, status);
  return checked(status, reason, lines, isEmpty);
}

/** Judges an interim head (100, 102, 103): it frames nothing, so it may not try to. */
export function checkInterim(
  status: number,
  reason: string,
  lines: HeaderLines,
): CheckedHead | BadHead {
  if (status < 100 || status > 199 || status === 101) return invalid(`interim status ${status}`);
  const bad = findFault(lines);
  if (bad !== undefined) return bad;
  if (readFraming(lines).kind !== 'none') return invalid('an interim response with a body');
  return checked(status, reason, lines, false);
}

/**
 * Judges the answer to an upgrade that switches (RFC 6455 section 4.1). `accept` is what
 * `Sec-WebSocket-Accept` must say. `Connection` and `Upgrade` do not travel, the relay writes its
 * own.
 */
export function checkSwitch(
  status: number,
  reason: string,
  lines: HeaderLines,
  accept: string,
): CheckedHead | BadHead {
  const bad = findFault(lines);
  if (bad !== undefined) return bad;
  if (only(lines, 'upgrade')?.toLowerCase() !== 'websocket') return invalid('101 without Upgrade');
  if (!listMembers(lines, 'connection').includes('upgrade')) {
    return invalid('101 without Connection: upgrade');
  }
  if (only(lines, 'sec-websocket-accept') !== accept) {
    return invalid('101 without the right Sec-WebSocket-Accept');
  }
  if (readFraming(lines).kind !== 'none') return invalid('101 with a body');
  return checked(status, reason, lines, false);
}

export function isBad(head: CheckedHead | BadHead): head is BadHead {
  return 'code' in head;
}

function findFault(lines: HeaderLines): BadHead | undefined {
  if (lines.length % 2 !== 0) return invalid('header name without a value');
  if (lines.length > 2 * limits.HEADER_LINES_MAX) {
    return tooLarge('too many header lines');
  }
  const name = findBadHeader(lines);
  return name === undefined ? undefined : invalid('malformed header line');
}

function checked(
  status: number,
  reason: string,
  lines: HeaderLines,
  ended: boolean,
): CheckedHead | BadHead {
  const headers = travellingLines(lines);
  // A reason phrase is for people and may be left out: one with control characters is.
  const phrase = isReason(reason) ? reason : '';
  const text = encodeResponse(status, phrase, headers);
  if (text.length > limits.HEAD_MAX) return tooLarge('the head is over the limit of the wire');
  return { status, reason: phrase, headers, text, ended };
}

/** The value of a header that must be there exactly once. */
function only(lines: HeaderLines, lowerName: string): string | undefined {
  let value: string | undefined;
  for (let i = 0; i < lines.length; i += 2) {
    if ((lines[i] as string).toLowerCase() !== lowerName) continue;
    if (value !== undefined) return undefined;
    value = lines[i + 1];
  }
  return value;
}

function invalid(reason: string): BadHead {
  return { code: 'SELLIA_UPSTREAM_INVALID', reason };
}

function tooLarge(reason: string): BadHead {
  return { code: 'SELLIA_UPSTREAM_HEAD_TOO_LARGE', reason };
}
