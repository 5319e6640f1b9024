import { exactText, isPrintable, isPrintableLines, latin1Bytes } from './text.ts';

/**
 * One word of a POSIX shell. `value` is bytes, one character each, without NUL. Printable text stands
 * between single quotes, where nothing is special; bytes that must not be pasted are made by printf.
 */
export function quoteSh(value: string): string {
  const text = exactText(latin1Bytes(value));
  return text !== undefined && isPrintable(text) ? singleQuotes(text) : `"$(${printfSh(value)})"`;
}

/** A text of many lines as one word; undefined where only `printfSh` is exact. */
export function quoteShLines(text: string): string | undefined {
  return isPrintableLines(text) ? singleQuotes(text) : undefined;
}

/**
 * A command that writes exactly these bytes, NUL too. Everything that a shell, its history or an old
 * parser could see a meaning in is octal.
 */
export function printfSh(value: string): string {
  const format = value.replaceAll(/[^A-Za-z0-9 _.,:;/=@+?&#{}[\]<>"|*^~-]|^-/g, printfByte);
  return `printf '${format}'`;
}

function printfByte(byte: string): string {
  if (byte === '\n') return '\\n';
  if (byte === '\r') return '\\r';
  if (byte === '\t') return '\\t';
  if (byte === '%') return '%%';
  return `\\${byte.charCodeAt(0).toString(8).padStart(3, '0')}`;
}

function singleQuotes(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
