import { visibleText } from '@sellia/inspector/browser';

/** Characters of a captured text that one line shows. */
const LINE_MAX = 500;

/** A captured text for one line: nothing of it hides or turns the rest around. */
export function visibleLine(text: string): string {
  return visibleText(text.slice(0, LINE_MAX)).text;
}
