import { TAG_LENGTH_MAX, TAGS_MAX } from '../capture/limits.ts';

/** What a tag is, once it is trimmed. */
export const TAG = new RegExp(`^\\P{Cc}{1,${TAG_LENGTH_MAX}}$`, 'u');

/** What is wrong where a text is no tag, or where there are too many; for people. */
export const TAG_RULE = `A tag has 1 to ${TAG_LENGTH_MAX} characters, no control characters.`;
export const TAGS_RULE = `An exchange has at most ${TAGS_MAX} tags.`;

/**
 * Tags as they are kept: trimmed, in their order, each once whatever the case of its letters. What is
 * no tag is left out. Never throws.
 */
export function tagsOf(words: readonly unknown[]): readonly string[] {
  const tags = new Map<string, string>();
  for (const word of words) {
    const tag = typeof word === 'string' ? word.trim() : '';
    const known = tag.toLowerCase();
    if (TAG.test(tag) && !tags.has(known)) tags.set(known, tag);
  }
  return [...tags.values()];
}
