/** Name, value, name, value, … in the order, case and number in which they came. */
export type HeaderLines = readonly string[];

/** The first value of a header; empty without one. `name` in lower case. */
export function headerValue(lines: HeaderLines, name: string): string {
  for (let i = 0; i + 1 < lines.length; i += 2) {
    if (lines[i]?.toLowerCase() === name) return lines[i + 1] as string;
  }
  return '';
}

/** `text/html` of `Text/HTML; charset=utf-8`; empty without a type. */
export function mediaTypeOf(lines: HeaderLines): string {
  const value = headerValue(lines, 'content-type');
  const end = value.indexOf(';');
  return (end < 0 ? value : value.slice(0, end)).trim().toLowerCase();
}
