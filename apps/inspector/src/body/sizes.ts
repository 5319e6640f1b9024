import { headerText } from '@sellia/inspector/browser';
import type { FetchedBody } from '../api/api.ts';
import type { BodyFacts } from '../api/types.ts';
import { bytesText } from '../ui/numbers.ts';
import type { BodyViewProps } from './body-view.tsx';

/** More of it may come. A request whose length is not told is whole when it is answered. */
export function isStillComing({ direction, facts, headers, state }: BodyViewProps): boolean {
  if (state !== 'pending' && state !== 'streaming') return false;
  if (direction === 'response') return true;
  if (facts.expectedBytes >= 0) return facts.bytes < facts.expectedBytes;
  return state === 'pending' && headerText(headers, 'transfer-encoding') !== '';
}

/** `1.0 of 8.3 MiB`. */
export function keptText(part: number, whole: number): string {
  const [count, unit] = bytesText(part).split(' ');
  const all = bytesText(whole);
  return all.endsWith(` ${unit}`) ? `${count} of ${all}` : `${count} ${unit} of ${all}`;
}

/** Sizes and encoding on one line. */
export function sizeText(
  { bytes, encoding }: BodyFacts,
  { bytes: shown, state }: FetchedBody,
): string {
  if (encoding === '') return bytesText(bytes);
  const isDecoded = state !== 'wrong-encoding' && state !== 'unsupported';
  if (!isDecoded) return `${bytesText(bytes)} on the wire, ${encoding}, not decoded`;
  const ratio = (shown.length / Math.max(1, bytes)).toFixed(1);
  const sizes = `${bytesText(bytes)} on the wire, ${encoding}, ${bytesText(shown.length)} decoded`;
  return state === 'whole' ? `${sizes} (${ratio} times as much)` : sizes;
}

/** What a person should know before reading it: a sentence each. */
export function notesOn(
  { bytes, keptBytes, expectedBytes }: BodyFacts,
  { note }: FetchedBody,
  isRunning: boolean,
): string[] {
  const isCut = keptBytes < bytes;
  const notes = isCut ? [`Captured ${keptText(keptBytes, bytes)}; the rest went by.`] : [];
  const rest = isCut ? note.replace('Only the beginning was kept.', '').trim() : note;
  // What is still coming breaks off everywhere.
  if (rest !== '' && !(isRunning && rest.includes('breaks off'))) notes.push(rest);
  if (!isRunning && bytes > 0 && bytes < expectedBytes) {
    notes.push(`It ended after ${keptText(bytes, expectedBytes)}.`);
  }
  return notes;
}
