import { latin1 } from '../body/latin1.ts';
import { curlArguments } from './curl-arguments.ts';
import { type PreparedRequest, prepare, withCarried } from './prepare.ts';
import {
  BODY_FILE,
  type Copied,
  type CopyOptions,
  type CopyRequest,
  INLINE_BODY_MAX,
} from './request.ts';

/**
 * PowerShell, 5.1 and later: curl.exe that reads its options from a here-string. Invoke-WebRequest
 * is not exact (it resolves paths, joins repeated headers, adds its own), and arguments with quotes
 * reach a program differently in 5.1 and 7; in a here-string nothing is special.
 */
export function copyPowerShell(request: CopyRequest, options: CopyOptions = {}): Copied {
  const prepared = withCarried(prepare(request, options), isConfigText);
  const { warnings, url, body, hasBody } = prepared;
  const lines = [configLine('url', url)];
  for (const { option, value } of curlArguments(prepared)) {
    lines.push(configLine(option, value));
  }
  const inline = inlineBody(prepared);
  if (inline !== undefined) lines.push(configLine('data-raw', inline));
  else if (hasBody) lines.push(configLine('data-binary', `@${BODY_FILE}`));
  const text = `@'\n${lines.join('\n')}\n'@ | curl.exe -K -`;
  return inline === undefined && hasBody
    ? { text, warnings, file: { name: BODY_FILE, bytes: body } }
    : { text, warnings };
}

function inlineBody({ body, hasBody }: PreparedRequest): string | undefined {
  if (!hasBody || body.length > INLINE_BODY_MAX) return undefined;
  const text = latin1(body);
  return isConfigText(text) ? text : undefined;
}

/** 5.1 pipes ASCII, and curl's file has escapes for no other control character. */
function isConfigText(text: string): boolean {
  return /^[ -~\t\r\n]*$/.test(text);
}

/** A line of the file that `curl -K` reads. No line of it begins with a quote, which would end it. */
function configLine(option: string, value: string | undefined): string {
  if (value === undefined) return option;
  return `${option} = "${value.replaceAll(/[\\"\t\r\n]/g, configEscape)}"`;
}

const ESCAPES: Readonly<Record<string, string>> = { '\t': '\\t', '\r': '\\r', '\n': '\\n' };

function configEscape(character: string): string {
  return ESCAPES[character] ?? `\\${character}`;
}
