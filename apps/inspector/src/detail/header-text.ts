import { exactText, latin1Bytes } from '@sellia/inspector/browser';

/** A line of a head for people: its characters are bytes, which often are UTF-8. */
export function headerText(bytes: string): string {
  return exactText(latin1Bytes(bytes)) ?? bytes;
}

export interface HeaderLine {
  readonly name: string;
  readonly value: string;
  /** Where it stood among all lines. */
  readonly at: number;
}

/** Lines of name and value, readable. */
export function linesOf(flat: readonly string[]): HeaderLine[] {
  const lines: HeaderLine[] = [];
  for (let at = 0; at + 1 < flat.length; at += 2) {
    lines.push({ name: flat[at] as string, value: headerText(flat[at + 1] as string), at: at / 2 });
  }
  return lines;
}

/** `Name: value`, a line each, as they came. */
export function headersText(lines: readonly HeaderLine[]): string {
  return lines.map(({ name, value }) => `${name}: ${value}\n`).join('');
}
