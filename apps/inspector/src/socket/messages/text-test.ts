import { Pattern, Unreadable } from '@sellia/inspector/browser';

/** What is searched for; undefined stands for everything. */
export interface TextTest {
  readonly holds: ((text: string) => boolean) | undefined;
  /** What is wrong with the pattern; empty when all is well. Then nothing is searched for. */
  readonly problem: string;
}

/** Characters that a regular expression looks at; plain text is searched whole. */
const PATTERN_MAX = 64 * 1024;
const PATTERN = /^\/([\s\S]+)\/(i?)$/;

/** Reads `part` (case does not matter), `/regex/` or `/regex/i`; its time grows with the text alone. */
export function readTextTest(text: string): TextTest {
  if (text === '') return { holds: undefined, problem: '' };
  const [, source, flag] = PATTERN.exec(text) ?? [];
  if (source === undefined) {
    const wanted = text.toLowerCase();
    return { holds: (content) => content.toLowerCase().includes(wanted), problem: '' };
  }
  try {
    const pattern = new Pattern(source, flag === 'i');
    return { holds: (content) => pattern.test(content.slice(0, PATTERN_MAX)), problem: '' };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return { holds: undefined, problem: error.message };
  }
}
