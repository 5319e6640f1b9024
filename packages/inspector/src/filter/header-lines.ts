import type { HeaderTest, TextTest } from './filter.ts';
import { PATTERN_LINE_MAX } from './limits.ts';
import { holdsText } from './text-test.ts';

/** Whether a line of `headers` (name, value, …) is what `test` asks; a plain test sees `Name: value`. */
export function holdsHeaders(test: HeaderTest | TextTest, headers: readonly string[]): boolean {
  for (let index = 0; index < headers.length; index += 2) {
    const name = headers[index] ?? '';
    const value = headers[index + 1] ?? '';
    if (holdsLine(test, name, value)) return true;
  }
  return false;
}

function holdsLine(test: HeaderTest | TextTest, name: string, value: string): boolean {
  if (test.kind !== 'header') return holdsText(test, `${name}: ${value}`, PATTERN_LINE_MAX);
  if (name.toLowerCase() !== test.name) return false;
  return test.value === undefined || holdsText(test.value, value, PATTERN_LINE_MAX);
}
