/** Parameters that are read of one header; more is noise. */
export const PARAMETERS_MAX = 64;

/** A header of the shape `value; name=text; name="text"`. */
export interface ParameterHeader {
  /** What stands before the first semicolon, trimmed, in lower case. */
  readonly value: string;
  /** Names in lower case; the first of equal names counts. */
  readonly parameters: ReadonlyMap<string, string>;
}

/** Reads `Content-Type`, `Content-Disposition` and the like as browsers do. Never throws. */
export function parseParameters(header: string): ParameterHeader {
  const parameters = new Map<string, string>();
  const value = untilAny(header, 0, ';');
  let at = value.length;
  for (let count = 0; at < header.length && count < PARAMETERS_MAX; count++) {
    const name = untilAny(header, at + 1, ';=');
    at += 1 + name.length;
    let text = '';
    if (header[at] === '=') {
      const found = parameterText(header, at + 1);
      text = found.text;
      at = found.end;
    }
    const key = name.trim().toLowerCase();
    if (key !== '' && !parameters.has(key)) parameters.set(key, text);
  }
  return { value: value.trim().toLowerCase(), parameters };
}

interface ParameterText {
  readonly text: string;
  /** Offset of the next semicolon, or of the header's end. */
  readonly end: number;
}

function parameterText(header: string, start: number): ParameterText {
  let at = start;
  while (header[at] === ' ' || header[at] === '\t') at++;
  if (header[at] !== '"') {
    const text = untilAny(header, at, ';');
    return { text: text.trim(), end: at + text.length };
  }
  let text = '';
  for (at++; at < header.length && header[at] !== '"'; at++) {
    // Only these two need it; older browsers send a path of Windows with plain backslashes.
    if (header[at] === '\\' && (header[at + 1] === '"' || header[at + 1] === '\\')) at++;
    text += header[at];
  }
  return { text, end: at + untilAny(header, at, ';').length };
}

function untilAny(text: string, start: number, stops: string): string {
  let end = start;
  while (end < text.length && !stops.includes(text[end] as string)) end++;
  return text.slice(start, end);
}
