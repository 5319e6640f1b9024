/** Characters of a text that are marked; those beyond are replaced all the same. */
export const MARKS_MAX = 10_000;

/** A place in shown text that stands for a character which would not show itself. */
export interface TextMark {
  /** Offsets into the shown text. */
  readonly start: number;
  readonly end: number;
  /** Of the character itself. */
  readonly codePoint: number;
  readonly kind: 'control' | 'direction' | 'invisible' | 'surrogate';
}

export interface VisibleText {
  /** With `\u202e` and the like, as text, in place of what would not show or would turn the rest. */
  readonly text: string;
  readonly marks: readonly TextMark[];
  /** There were more than `MARKS_MAX`; those behind show as U+FFFD, without a mark. */
  readonly isCut: boolean;
}

/**
 * All that hides, reorders or commands; a carriage return, unless it ends a line. Joiners do their
 * work behind letters beyond ASCII and behind emoji: there they stay.
 */
const HIDDEN = new RegExp(
  [
    '\\r(?!\\n)',
    '[\\0-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f]',
    '[\\xad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u200b-\\u200f\\u2028-\\u202e]',
    '[\\u2060-\\u206f\\u3164\\ufeff\\uffa0\\ufff0-\\ufffb\\u{e0000}-\\u{e0fff}]',
    '[\\ud800-\\udfff]',
  ].join('|'),
  'gu',
);

const DIRECTION = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;
const SURROGATE = /^[\ud800-\udfff]$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const CONTROL = /[\0-\x1f\x7f-\x9f]/;

/** Makes visible what hides in `text`, so that it reads as what it is. Linear; never throws. */
export function visibleText(text: string): VisibleText {
  const marks: TextMark[] = [];
  let isCut = false;
  let grown = 0;
  let lastEnd = 0;
  const shown = text.replace(HIDDEN, (hidden: string, offset: number) => {
    const isBehindHidden = offset === lastEnd;
    lastEnd = offset + hidden.length;
    if (isJoiner(hidden) && !isBehindHidden && text.charCodeAt(offset - 1) > 0x7f) return hidden;
    if (marks.length === MARKS_MAX) {
      isCut = true;
      return '\ufffd';
    }
    const label = labelOf(hidden);
    const start = offset + grown;
    const codePoint = hidden.codePointAt(0) ?? 0;
    marks.push({ start, end: start + label.length, codePoint, kind: kindOf(hidden) });
    grown += label.length - hidden.length;
    return label;
  });
  return { text: shown, marks, isCut };
}

function isJoiner(hidden: string): boolean {
  return hidden === '\u200c' || hidden === '\u200d';
}

/** As it is written in JSON and JavaScript. */
function labelOf(hidden: string): string {
  const code = (hidden.codePointAt(0) ?? 0).toString(16);
  return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, '0')}`;
}

function kindOf(hidden: string): TextMark['kind'] {
  if (DIRECTION.test(hidden)) return 'direction';
  if (SURROGATE.test(hidden)) return 'surrogate';
  return CONTROL.test(hidden) ? 'control' : 'invisible';
}
