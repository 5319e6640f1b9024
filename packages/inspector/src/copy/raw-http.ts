import { headerValue, isHopByHop } from '@sellia/protocol';
import type { HeaderLines } from '../exchange/header-lines.ts';
import { prepare } from './prepare.ts';
import type { Copied, CopyOptions, CopyRequest } from './request.ts';
import { asLatin1, exactText, latin1Bytes } from './text.ts';

/** Raw HTTP/1.1 as text; with a file of the exact bytes where text cannot carry them. */
export function copyRawHttp(request: CopyRequest, options: CopyOptions = {}): Copied {
  const { warnings } = prepare(request, options);
  return asCopied(rawRequest(request, options), 'request.http', warnings);
}

/** A request as HTTP/1.1 writes it, framed by Content-Length; without hop-by-hop headers. */
export function rawRequest(request: CopyRequest, options: CopyOptions = {}): Uint8Array {
  const { method, target, authority, headers, body, hasBody } = prepare(request, options);
  const lines = [`${method} ${target} HTTP/1.1`];
  if (headerValue(headers, 'host') === undefined) lines.push(`Host: ${authority}`);
  lines.push(...fieldLines(headers));
  if (hasBody) lines.push(`Content-Length: ${body.length}`);
  return joined(lines, body);
}

/**
 * A response as HTTP/1.1 writes it. Hop-by-hop headers are left out; a Content-Length stays as it
 * came (of HEAD, or of a body cut short), and one is added to a body that had none.
 */
export function rawResponse(
  status: number,
  reason: string,
  headers: HeaderLines,
  body: Uint8Array,
): Uint8Array {
  const kept = headers.filter(
    (_, at) => !isHopByHop((headers[at - (at % 2)] as string).toLowerCase()),
  );
  const lines = [`HTTP/1.1 ${status} ${reason}`, ...fieldLines(kept)];
  if (body.length > 0 && headerValue(kept, 'content-length') === undefined) {
    lines.push(`Content-Length: ${body.length}`);
  }
  return joined(lines.map(oneLine), body);
}

/** `rawResponse` for the clipboard. */
export function responseText(
  status: number,
  reason: string,
  headers: HeaderLines,
  body: Uint8Array,
): Copied {
  return asCopied(rawResponse(status, reason, headers, body), 'response.http', []);
}

function fieldLines(headers: readonly string[]): string[] {
  const lines: string[] = [];
  for (let at = 0; at + 1 < headers.length; at += 2) {
    const value = headers[at + 1] as string;
    lines.push(value === '' ? `${headers[at]}:` : `${headers[at]}: ${value}`);
  }
  return lines;
}

/** An imported capture may hold line breaks where HTTP has none. */
function oneLine(line: string): string {
  return asLatin1(line).replaceAll(/[\r\n\0]/g, ' ');
}

function joined(lines: readonly string[], body: Uint8Array): Uint8Array {
  const head = latin1Bytes(`${lines.join('\r\n')}\r\n\r\n`);
  const bytes = new Uint8Array(head.length + body.length);
  bytes.set(head);
  bytes.set(body, head.length);
  return bytes;
}

/** What a terminal obeys: controls but tab and line breaks. */
const TERMINAL = /[^\P{Cc}\t\r\n]/u;

function asCopied(bytes: Uint8Array, name: string, warnings: readonly string[]): Copied {
  const exact = exactText(bytes);
  if (exact !== undefined && !TERMINAL.test(exact)) return { text: exact, warnings };
  const shown = exact ?? new TextDecoder().decode(bytes);
  const text = shown.replaceAll(new RegExp(TERMINAL, 'gu'), '\ufffd');
  const warning = `Not all of it is text; ${name} has the exact bytes.`;
  return { text, warnings: [...warnings, warning], file: { name, bytes } };
}
