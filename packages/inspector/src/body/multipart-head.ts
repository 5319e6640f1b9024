import { parseParameters } from './header-parameters.ts';
import { latin1 } from './latin1.ts';
import { lineEnd } from './multipart-delimiter.ts';
import { bytesOf } from './percent.ts';

/** Bytes of one part's headers; what is longer is taken for content. */
export const PART_HEAD_MAX = 16 * 1024;

/** What stands before the content of a part. */
export interface PartHead {
  /** Name, value, name, value, … as they came; a folded line is one again. */
  readonly headers: readonly string[];
  readonly name: string;
  readonly filename: string | undefined;
  readonly type: string;
  /** Offset of the content. */
  readonly end: number;
}

/** Reads the headers of the part that lies between `from` and `until`. */
export function readPartHead(bytes: Uint8Array, from: number, until: number): PartHead {
  const headers: string[] = [];
  const limit = Math.min(until, from + PART_HEAD_MAX);
  let end = from;
  while (end < limit) {
    const next = Math.min(lineEnd(bytes, end), limit);
    const line = headText(bytes.subarray(end, next)).replace(/\r?\n$/, '');
    end = next;
    if (line === '') break;
    takeLine(headers, line);
  }
  const { parameters } = parseParameters(headerNamed(headers, 'content-disposition'));
  const filename = extended(parameters.get('filename*')) ?? unescaped(parameters.get('filename'));
  const name = unescaped(parameters.get('name')) ?? '';
  return { headers, name, filename, type: headerNamed(headers, 'content-type'), end };
}

/** Browsers send names as UTF-8, whatever the standards of mail say; others send Latin-1. */
function headText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return latin1(bytes);
  }
}

function takeLine(headers: string[], line: string): void {
  const isFolded = line.startsWith(' ') || line.startsWith('\t');
  if (isFolded && headers.length > 0) {
    headers[headers.length - 1] += ` ${line.trim()}`;
    return;
  }
  const colon = line.indexOf(':');
  headers.push(line.slice(0, Math.max(0, colon)).trim(), line.slice(colon + 1).trim());
}

function headerNamed(headers: readonly string[], name: string): string {
  for (let i = 0; i < headers.length; i += 2) {
    if (headers[i]?.toLowerCase() === name) return headers[i + 1] ?? '';
  }
  return '';
}

/** The three characters that browsers write as `%XX` in names, and no others (WHATWG HTML). */
function unescaped(text: string | undefined): string | undefined {
  return text?.replace(/%22/g, '"').replace(/%0D/gi, '\r').replace(/%0A/gi, '\n');
}

const EXTENDED = /^(utf-8|iso-8859-1)'[^']*'((?:[^%']|%[0-9a-f]{2})*)$/i;
const PERCENT_RUN = /(?:%[0-9a-f]{2})+/gi;

/** RFC 5987: charset'language'text with `%XX`. Undefined if it is none. */
function extended(text: string | undefined): string | undefined {
  const [, charset, value] = EXTENDED.exec(text ?? '') ?? [];
  if (charset === undefined || value === undefined) return undefined;
  const decoder = new TextDecoder(charset);
  return value.replace(PERCENT_RUN, (run) => decoder.decode(bytesOf(run)));
}
