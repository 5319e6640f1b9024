import { latin1 } from '../body/latin1.ts';
import { quoteCmd } from './cmd-quote.ts';
import { curlArguments, curlFlag } from './curl-arguments.ts';
import { type PreparedRequest, prepare, withCarried } from './prepare.ts';
import { BODY_FILE, type Copied, type CopyOptions, type CopyRequest } from './request.ts';
import { isPlainAscii } from './text.ts';

/** Characters of a line that cmd.exe takes; it cuts off the rest. */
const COMMAND_MAX = 8191;

/** Bytes of a body in the line, so that headers have room beside it. */
const CMD_BODY_MAX = 2048;

/** curl for the prompt of cmd.exe (Windows has had curl since 2018). */
export function copyCurlCmd(request: CopyRequest, options: CopyOptions = {}): Copied {
  const prepared = withCarried(prepare(request, options), isPlainAscii);
  const { warnings } = prepared;
  const words = [`curl ${quoteCmd(prepared.url)}`];
  for (const { option, value } of curlArguments(prepared)) {
    words.push(curlFlag(option) + (value === undefined ? '' : ` ${quoteCmd(value)}`));
  }
  const inline = inlineBody(prepared);
  if (inline !== undefined) words.push(`--data-raw ${quoteCmd(inline)}`);
  else if (prepared.hasBody) words.push(`--data-binary "@${BODY_FILE}"`);
  const text = words.join(' ^\n  ');
  warnings.push(...cmdWarnings(text));
  return inline === undefined && prepared.hasBody
    ? { text, warnings, file: { name: BODY_FILE, bytes: prepared.body } }
    : { text, warnings };
}

function inlineBody({ body, hasBody }: PreparedRequest): string | undefined {
  if (!hasBody || body.length > CMD_BODY_MAX) return undefined;
  const text = latin1(body);
  return isPlainAscii(text) ? text : undefined;
}

function cmdWarnings(text: string): string[] {
  const warnings: string[] = [];
  if (text.length > COMMAND_MAX) {
    warnings.push(`cmd.exe takes no more than ${COMMAND_MAX} characters; this has ${text.length}.`);
  }
  if (text.includes('%')) {
    warnings.push('For the prompt alone: a batch file reads percent signs in another way.');
  }
  return warnings;
}
