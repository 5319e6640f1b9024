import type { SocketExtension } from './socket-detail.ts';

/** Longest header value that is read; a head of 64 KiB could hold more than anybody wants shown. */
const VALUE_MAX = 8 * 1024;
const EXTENSIONS_MAX = 32;
const PARAMETERS_MAX = 16;

/** Items between separators that are not inside of a quoted string. Linear. */
function splitOutsideQuotes(text: string, separator: string): string[] {
  const items: string[] = [];
  let start = 0;
  let isQuoted = false;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (char === '"') isQuoted = !isQuoted;
    else if (isQuoted && char === '\\') i++;
    else if (!isQuoted && char === separator) {
      items.push(text.slice(start, i));
      start = i + 1;
    }
  }
  items.push(text.slice(start));
  return items.map((item) => item.trim()).filter((item) => item !== '');
}

function unquoted(value: string): string {
  const isQuoted = value.length >= 2 && value.startsWith('"') && value.endsWith('"');
  return isQuoted ? value.slice(1, -1).replaceAll(/\\(.)/g, '$1') : value;
}

function readParameter(text: string): { name: string; value: string } {
  const equals = text.indexOf('=');
  if (equals < 0) return { name: text.toLowerCase(), value: '' };
  const value = unquoted(text.slice(equals + 1).trim());
  return { name: text.slice(0, equals).trim().toLowerCase(), value };
}

/**
 * The value of `Sec-WebSocket-Extensions` (RFC 6455 section 9.1), leniently: at most 32 extensions of
 * 16 parameters from its first 8 KiB. Names in lower case. Never throws.
 */
export function readExtensions(value: string): SocketExtension[] {
  const items = splitOutsideQuotes(value.slice(0, VALUE_MAX), ',').slice(0, EXTENSIONS_MAX);
  return items.map((item) => {
    const [name = '', ...parameters] = splitOutsideQuotes(item, ';');
    return {
      name: name.toLowerCase(),
      parameters: parameters.slice(0, PARAMETERS_MAX).map(readParameter),
    };
  });
}

/** `a, b` as names; at most 32. */
export function readNames(value: string): string[] {
  return splitOutsideQuotes(value.slice(0, VALUE_MAX), ',').slice(0, EXTENSIONS_MAX);
}
