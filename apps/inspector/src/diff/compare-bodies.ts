import { exactText } from '@sellia/inspector/browser';
import { bytesText } from '../ui/numbers.ts';
import { sortedJson } from './sorted-json.ts';

/** A body as far as it was kept, decoded. */
export interface ReadBody {
  readonly bytes: Uint8Array;
  readonly isCut: boolean;
  /** `Content-Type`. */
  readonly type: string;
}

export interface Compared {
  /** For people; empty where the texts say all. */
  readonly notice: string;
  /** Both, where they are text and not the same. */
  readonly texts?: readonly [string, string];
  /** Both can be read as JSON, so that their keys can be sorted. */
  readonly isJson: boolean;
}

/** Characters of a text that are compared; longer ones take too long to draw. */
const TEXT_MAX = 1024 * 1024;

export function compareBodies(one: ReadBody, other: ReadBody, isSorted: boolean): Compared {
  if (one.bytes.length + other.bytes.length === 0)
    return { notice: 'Neither has a body.', isJson: false };
  const cut = one.isCut || other.isCut ? ' Only what was kept of them is compared.' : '';
  const isSame = isEqual(one.bytes, other.bytes);
  const texts = [exactText(one.bytes), exactText(other.bytes)] as const;
  const json = [sortedJson(texts[0], isSorted), sortedJson(texts[1], isSorted)] as const;
  const isJson = json[0] !== undefined && json[1] !== undefined;
  if (isSame) return { notice: `They are the same.${cut}`, isJson: false };
  const shown = isJson ? json : texts;
  if (!isPair(shown)) return { notice: sizes(one, other) + cut, isJson: false };
  if (Math.max(shown[0].length, shown[1].length) > TEXT_MAX) {
    return { notice: `They differ, and are too long to be shown.${cut}`, isJson };
  }
  if (shown[0] === shown[1]) {
    return { notice: `They differ only in how they are written.${cut}`, isJson };
  }
  return { notice: cut.trim(), texts: shown, isJson };
}

function isPair(pair: readonly (string | undefined)[]): pair is readonly [string, string] {
  return pair.every((text) => text !== undefined);
}

function sizes(one: ReadBody, other: ReadBody): string {
  return `They differ, and are not both text: ${bytesText(one.bytes.length)} and ${bytesText(other.bytes.length)}.`;
}

function isEqual(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, i) => byte === other[i]);
}
