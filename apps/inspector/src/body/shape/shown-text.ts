import { type TextMark, visibleText } from '@sellia/inspector/bodies';

/** Characters of a line; a longer one goes on in the next, since browsers are slow with such lines. */
export const LINE_MAX = 10_000;

/** Lines and characters that are shown of one text. */
export const LINES_MAX = 200_000;
export const TEXT_MAX = 6 * 1024 * 1024;

/** Text as an editor can show it, and as a person can read it. */
export interface ShownText {
  /** Lines end with LF alone; what hides is written out. */
  readonly text: string;
  /** Where something is written out. */
  readonly marks: readonly TextMark[];
  /** Where the given place is now. */
  readonly place: number;
  /** What was done to it, for people: a sentence each. */
  readonly notes: readonly string[];
}

/** `place`: an offset into `given`, which is told as an offset into the result. Linear; never throws. */
export function shownText(given: string, place = given.length): ShownText {
  const before = visibleText(given.slice(0, place).replaceAll('\r\n', '\n'));
  const behind = visibleText(given.slice(place).replaceAll('\r\n', '\n'));
  const { text, breaks } = broken(before.text + behind.text);
  const from = before.text.length;
  const marks = [
    ...before.marks,
    ...behind.marks.map((mark) => ({ ...mark, start: mark.start + from, end: mark.end + from })),
  ];
  const shown = atMost(text);
  const notes: string[] = [];
  if (breaks.length > 0) {
    notes.push(
      `Lines longer than ${LINE_MAX.toLocaleString('en-US')} characters go on in the next.`,
    );
  }
  if (shown.length < text.length) {
    notes.push(
      `Only the beginning is shown, ${lineCount(shown).toLocaleString('en-US')} lines; save it to see the rest.`,
    );
  }
  return {
    text: shown,
    marks: moved(marks, breaks).filter(({ end }) => end <= shown.length),
    place: Math.min(shown.length, from + countBelow(breaks, from)),
    notes,
  };
}

/** Offsets into the given text at which a line was broken. */
interface Broken {
  readonly text: string;
  readonly breaks: readonly number[];
}

function broken(text: string): Broken {
  const breaks: number[] = [];
  let line = 0;
  while (line + LINE_MAX < text.length) {
    const feed = text.lastIndexOf('\n', line + LINE_MAX);
    if (feed >= line) {
      line = feed + 1;
      continue;
    }
    line = wholeCharacter(text, line + LINE_MAX);
    if (text[line] === '\n') line += 1;
    else breaks.push(line);
  }
  if (breaks.length === 0) return { text, breaks };
  const pieces = [0, ...breaks].map((start, i) => text.slice(start, breaks[i]));
  return { text: pieces.join('\n'), breaks };
}

/** A surrogate pair stays together. */
function wholeCharacter(text: string, at: number): number {
  const isWithin =
    /[\udc00-\udfff]/.test(text[at] ?? '') && /[\ud800-\udbff]/.test(text[at - 1] ?? '');
  return isWithin ? at - 1 : at;
}

/** Each break adds a character before what stands behind it. Both are in order. */
function moved(marks: readonly TextMark[], breaks: readonly number[]): TextMark[] {
  if (breaks.length === 0) return [...marks];
  let added = 0;
  return marks.map((mark) => {
    while (added < breaks.length && (breaks[added] ?? 0) <= mark.start) added++;
    return { ...mark, start: mark.start + added, end: mark.end + added };
  });
}

function countBelow(breaks: readonly number[], offset: number): number {
  const first = breaks.findIndex((each) => each > offset);
  return first < 0 ? breaks.length : first;
}

function atMost(text: string): string {
  let end = -1;
  for (let lines = 0; lines < LINES_MAX; lines++) {
    end = text.indexOf('\n', end + 1);
    if (end < 0) return text.slice(0, TEXT_MAX);
  }
  return text.slice(0, Math.min(end, TEXT_MAX));
}

function lineCount(text: string): number {
  let count = 1;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++;
  return count;
}
