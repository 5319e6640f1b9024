/**
 * Everything that a terminal obeys or hides instead of showing it: control characters (C0, DEL,
 * C1), bidirectional and other format characters, zero width ones, every space but U+0020, line
 * separators, lone surrogates, private and unassigned code points. A visitor chooses the path that
 * a request line shows, so without this a request could move the cursor, recolour or rewrite what
 * stands above it.
 */
const OBEYED_OR_HIDDEN = /(?! )[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}]/gu;

/** The same text with nothing in it but what is seen: `\xNN` up to U+00FF, `\u{NNNN}` above. */
export function printable(text: string): string {
  return text.replace(OBEYED_OR_HIDDEN, escaped);
}

function escaped(character: string): string {
  const hex = (character.codePointAt(0) as number).toString(16);
  return hex.length <= 2 ? `\\x${hex.padStart(2, '0')}` : `\\u{${hex}}`;
}

/**
 * The same JSON in ASCII, for a reader that may be a terminal: JSON itself leaves DEL, C1,
 * bidirectional and zero width characters as they are. A parser reads the same value.
 */
export function asciiJson(json: string): string {
  return json.replaceAll(/[\u007f-\uffff]/g, (unit) => {
    return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

const ELLIPSIS = '…';

/**
 * Escapes, then cuts out of the middle what is more than `columns` wide: both ends of a path tell
 * which it is. Characters from U+1100 on count as two columns, so a line may turn out short but
 * never wraps.
 */
export function shortened(text: string, columns: number): string {
  // What is certain to be cut is cut before it costs anything: a target may be 64 KiB long.
  const safe = printable(text.length > 4 * columns ? withoutMiddle(text, 4 * columns) : text);
  if (widthOf(safe) <= columns) return safe;
  const room = Math.max(columns - 1, 0);
  const tail = lastColumns(safe, Math.floor(room / 2));
  return firstColumns(safe, room - widthOf(tail)) + ELLIPSIS + tail;
}

function withoutMiddle(text: string, length: number): string {
  return text.slice(0, length / 2) + text.slice(-length / 2);
}

function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += columnsOf(character);
  return width;
}

function columnsOf(character: string): number {
  return (character.codePointAt(0) as number) >= 0x1100 && character !== ELLIPSIS ? 2 : 1;
}

function firstColumns(text: string, columns: number): string {
  return taken([...text], columns).join('');
}

function lastColumns(text: string, columns: number): string {
  return taken([...text].reverse(), columns)
    .reverse()
    .join('');
}

function taken(characters: string[], columns: number): string[] {
  let width = 0;
  const end = characters.findIndex((character) => {
    width += columnsOf(character);
    return width > columns;
  });
  return end === -1 ? characters : characters.slice(0, end);
}
