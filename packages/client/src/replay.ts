import { findBadHeader, type HeaderLines, isTarget, isToken, limits } from '@sellia/protocol';
import { SelliaError } from './errors.ts';

/** A request of the owner's own to the upstream, as if a visitor had sent it. */
export interface Replay {
  readonly method: string;
  /** In origin form. */
  readonly target: string;
  /** As the relay would hand them on. Lines that frame a body are made anew. */
  readonly headers: HeaderLines;
  readonly body: Uint8Array;
  readonly scheme: 'http' | 'https';
}

const FRAMING = new Set(['content-length', 'transfer-encoding', 'expect', 'connection']);

/** The lines without those that frame a body, and with one for a body of that length. */
export function framed(lines: HeaderLines, length: number): HeaderLines {
  const kept = lines.flatMap((name, i) =>
    i % 2 === 0 && !FRAMING.has(name.toLowerCase()) ? [name, lines[i + 1] as string] : [],
  );
  return length === 0 ? kept : [...kept, 'Content-Length', String(length)];
}

/** Throws SelliaError for what HTTP cannot send. */
export function judged(replay: Replay): Replay {
  const { method, target, headers } = replay;
  if (!isToken(method)) throw refused('The method is not one that HTTP can send.');
  if (!isTarget(target)) throw refused('The path must begin with / and hold no blanks.');
  const bad = headers.length % 2 === 0 ? findBadHeader(headers) : '';
  if (bad !== undefined) throw refused(`The header ${JSON.stringify(bad)} is not valid.`);
  if (headers.length > 2 * limits.HEADER_LINES_MAX) throw refused('There are too many headers.');
  return replay;
}

/** Why a replay is not sent, for people. */
export function refused(message: string): SelliaError {
  return new SelliaError('SELLIA_OPTION_INVALID', message);
}
