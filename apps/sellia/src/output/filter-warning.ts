import { type Palette, printable, type Shown, styled } from '@sellia/terminal';

interface Problem {
  readonly start: number;
  readonly end: number;
  readonly message: string;
}

/** What was not understood, under the place where it stands. */
export function filterProblemLines(
  filter: string,
  { start, end, message }: Problem,
  palette: Palette,
): Shown[] {
  const before = printable(filter.slice(0, start)).length;
  const width = Math.max(1, printable(filter.slice(start, end)).length);
  return [
    styled`${palette.yellow('warning')}: ${message}`,
    styled`  ${filter}`,
    styled`  ${' '.repeat(before)}${palette.yellow('^'.repeat(width))}`,
  ];
}
