import type { TextTest } from './filter.ts';

/** `patternMax`: characters that a regular expression looks at; plain text is searched whole. */
export function holdsText(test: TextTest, text: string, patternMax: number): boolean {
  if (test.kind === 'pattern') return test.pattern.test(text.slice(0, patternMax));
  const [whole, wanted] = [text.toLowerCase(), test.text.toLowerCase()];
  if (test.kind === 'whole') return whole === wanted;
  return test.kind === 'beginning' ? whole.startsWith(wanted) : whole.includes(wanted);
}
