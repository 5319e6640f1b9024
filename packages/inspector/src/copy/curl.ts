import { latin1 } from '../body/latin1.ts';
import { curlArguments, curlFlag } from './curl-arguments.ts';
import { type PreparedRequest, prepare } from './prepare.ts';
import {
  BODY_FILE,
  type Copied,
  type CopyOptions,
  type CopyRequest,
  INLINE_BODY_MAX,
} from './request.ts';
import { printfSh, quoteSh, quoteShLines } from './sh-quote.ts';
import { exactText } from './text.ts';

/** curl for bash, zsh and every other POSIX shell: byte for byte the same request. */
export function copyCurl(request: CopyRequest, options: CopyOptions = {}): Copied {
  const prepared = prepare(request, options);
  const lines = [`curl ${quoteSh(prepared.url)}`];
  for (const { option, value } of curlArguments(prepared)) {
    lines.push(value === undefined ? curlFlag(option) : `${curlFlag(option)} ${quoteSh(value)}`);
  }
  const body = shBody(prepared);
  if (body.argument !== '') lines.push(body.argument);
  const text = body.before + lines.join(' \\\n  ');
  const { warnings } = prepared;
  return body.isFile
    ? { text, warnings, file: { name: BODY_FILE, bytes: prepared.body } }
    : { text, warnings };
}

interface ShBody {
  /** What writes the body into curl; empty where nothing needs to. */
  readonly before: string;
  readonly argument: string;
  readonly isFile: boolean;
}

function shBody({ body, hasBody }: PreparedRequest): ShBody {
  if (!hasBody) return { before: '', argument: '', isFile: false };
  const text = body.length > INLINE_BODY_MAX ? undefined : exactText(body);
  if (text === undefined || text.includes('\0')) {
    return { before: '', argument: `--data-binary @${BODY_FILE}`, isFile: true };
  }
  const quoted = quoteShLines(text);
  if (quoted !== undefined) return { before: '', argument: `--data-raw ${quoted}`, isFile: false };
  const before = `${printfSh(latin1(body))} | `;
  return { before, argument: '--data-binary @-', isFile: false };
}
