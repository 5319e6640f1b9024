/** Where a token ends, or what is wrong with it and where. */
export interface JsonScan {
  /** Offset behind the token; of the fault, if there is one. */
  readonly end: number;
  /** Empty without a fault. */
  readonly fault: string;
  /** The text ended before the token did. */
  readonly isCutOff: boolean;
}

const whole = (end: number): JsonScan => ({ end, fault: '', isCutOff: false });
const wrong = (end: number, fault: string): JsonScan => ({ end, fault, isCutOff: false });
const cutOff = (end: number, fault: string): JsonScan => ({ end, fault, isCutOff: true });

// biome-ignore lint/suspicious/noControlCharactersInRegex: a string ends or breaks at these
const STRING_STOP = /["\\\0-\x1f]/g;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const ESCAPE_BEGUN = /^\\(?:u[0-9a-fA-F]{0,3})?$/;

/** Scans a string whose opening quote stands at `start`. */
export function scanString(text: string, start: number): JsonScan {
  let at = start + 1;
  for (;;) {
    STRING_STOP.lastIndex = at;
    const stop = STRING_STOP.test(text) ? STRING_STOP.lastIndex - 1 : text.length;
    if (stop === text.length) return cutOff(stop, 'The text ends within a string.');
    if (text[stop] === '"') return whole(stop + 1);
    if (text[stop] !== '\\') return wrong(stop, controlFault(text, stop));
    ESCAPE.lastIndex = stop;
    if (!ESCAPE.test(text)) return escapeFault(text, stop);
    at = ESCAPE.lastIndex;
  }
}

function controlFault(text: string, at: number): string {
  if (text[at] === '\n' || text[at] === '\r') return 'A string is not closed on its line.';
  const code = text.charCodeAt(at).toString(16).padStart(4, '0');
  return `A control character in a string must be written as \\u${code}.`;
}

function escapeFault(text: string, at: number): JsonScan {
  const rest = text.slice(at, at + 6);
  const isEnd = at + rest.length === text.length && ESCAPE_BEGUN.test(rest);
  if (isEnd) return cutOff(text.length, 'The text ends within a string.');
  return wrong(
    at,
    'A backslash must be followed by one of " \\ / b f n r t, or u and four digits.',
  );
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const NUMBER_LIKE = /[-+.\w]*/y;
const NUMBER_BEGUN = /^-?(?:(?:0|[1-9]\d*)(?:\.|(?:\.\d+)?[eE][+-]?)?)?$/;

/** Scans a number that begins with a digit or a minus at `start`. Its value is nobody's business. */
export function scanNumber(text: string, start: number): JsonScan {
  NUMBER.lastIndex = start;
  const end = NUMBER.test(text) ? NUMBER.lastIndex : start;
  NUMBER_LIKE.lastIndex = start;
  NUMBER_LIKE.test(text);
  const { lastIndex } = NUMBER_LIKE;
  if (lastIndex === end) return whole(end);
  if (lastIndex === text.length && NUMBER_BEGUN.test(text.slice(start))) {
    return cutOff(lastIndex, 'The text ends within a number.');
  }
  return wrong(start, numberFault(text.slice(start, start + 3)));
}

function numberFault(beginning: string): string {
  if (/^-?0[0-9]/.test(beginning)) return 'A number must not begin with a zero.';
  if (/^-[^0-9]/.test(beginning)) return 'A minus must be followed by a digit.';
  return 'This is not a number as JSON writes them.';
}

const WORDS: readonly string[] = ['true', 'false', 'null'];
const WORD = /[A-Za-z_$][\w$]*/y;

/** Scans `true`, `false` or `null`. */
export function scanWord(text: string, start: number): JsonScan {
  WORD.lastIndex = start;
  const end = WORD.test(text) ? WORD.lastIndex : start;
  // Only as much as could matter: the word is as long as its writer likes.
  const word = text.slice(start, Math.min(end, start + 20));
  if (WORDS.includes(word)) return whole(end);
  if (end === text.length && WORDS.some((each) => each.startsWith(word))) {
    return cutOff(end, 'The text ends within a word.');
  }
  return wrong(start, `JSON does not know ${word}; it has true, false and null.`);
}
