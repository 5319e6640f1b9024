import { headerValue } from '@sellia/protocol';
import { latin1 } from '../body/latin1.ts';
import { fetchWarnings, isFetchForbidden } from './fetch-rules.ts';
import { quoteJs, quoteJsBytes } from './js-quote.ts';
import { type PreparedRequest, prepare } from './prepare.ts';
import {
  BODY_FILE,
  type Copied,
  type CopyOptions,
  type CopyRequest,
  INLINE_BODY_MAX,
} from './request.ts';
import { exactText } from './text.ts';

/** JavaScript with fetch, for Node and the console of a browser; what fetch cannot do is warned of. */
export function copyFetch(request: CopyRequest, options: CopyOptions = {}): Copied {
  const prepared = prepare(request, options);
  const { method, url, warnings } = prepared;
  warnings.push(...fetchWarnings(prepared));
  const lines = [`const response = await fetch(${quoteJs(url)}, {`];
  lines.push(`  method: ${quoteJs(method)},`);
  lines.push(...headerLines(prepared.headers));
  const isFile = sendsBody(prepared) && prepared.body.length > INLINE_BODY_MAX;
  if (sendsBody(prepared)) lines.push(`  body: ${bodyExpression(prepared)},`);
  lines.push(
    '  redirect: "manual",',
    '});',
    'console.log(response.status, await response.text());',
  );
  const text = lines.join('\n');
  if (!isFile) return { text, warnings };
  warnings.push('The file is read the way Node does it; a browser has no files.');
  return { text, warnings, file: { name: BODY_FILE, bytes: prepared.body } };
}

function sendsBody({ method, hasBody }: PreparedRequest): boolean {
  return hasBody && !/^(?:get|head)$/i.test(method);
}

/** Pairs, not an object: those keep repeated names. */
function headerLines(headers: readonly string[]): string[] {
  const lines: string[] = [];
  for (let at = 0; at < headers.length; at += 2) {
    const name = headers[at] as string;
    if (isFetchForbidden(name.toLowerCase())) continue;
    lines.push(`    [${quoteJs(name)}, ${quoteJsBytes(headers[at + 1] as string)}],`);
  }
  return lines.length === 0 ? [] : ['  headers: [', ...lines, '  ],'];
}

/** A string would get a Content-Type from fetch, bytes get none. */
function bodyExpression({ body, headers }: PreparedRequest): string {
  if (body.length > INLINE_BODY_MAX) {
    return `await (await import("node:fs/promises")).readFile("${BODY_FILE}")`;
  }
  const text = exactText(body);
  if (text === undefined) {
    return `Uint8Array.from(atob("${btoa(latin1(body))}"), (character) => character.charCodeAt(0))`;
  }
  const quoted = quoteJs(text);
  const hasType = headerValue(headers, 'content-type') !== undefined;
  return hasType ? quoted : `new TextEncoder().encode(${quoted})`;
}
