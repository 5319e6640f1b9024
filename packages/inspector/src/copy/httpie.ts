import { headerValue } from '@sellia/protocol';
import { latin1 } from '../body/latin1.ts';
import { type PreparedRequest, prepare } from './prepare.ts';
import {
  BODY_FILE,
  type Copied,
  type CopyOptions,
  type CopyRequest,
  INLINE_BODY_MAX,
} from './request.ts';
import { printfSh, quoteSh, quoteShLines } from './sh-quote.ts';
import { exactText, latin1Bytes } from './text.ts';
import { survivesParsing } from './url-rules.ts';

/** HTTPie 3 for a POSIX shell; what it cannot send is warned of. */
export function copyHttpie(request: CopyRequest, options: CopyOptions = {}): Copied {
  const prepared = prepare(request, options);
  const { method, url, target, warnings } = prepared;
  if (!/^[A-Za-z]+$/.test(method)) warnings.push('HTTPie takes only letters for a method.');
  if (!survivesParsing(target))
    warnings.push('HTTPie changes this target: it encodes some characters.');
  const { flags, before, after } = httpieBody(prepared);
  const command = ['http', ...pathFlag(target), ...flags, quoteSh(method), quoteSh(url)].join(' ');
  const items = headerItems(prepared).map(quoteSh);
  // Behind `--` a name that begins with a dash is no option.
  const dashes = items.some((item) => item.startsWith("'-")) ? ['--'] : [];
  const text = before + [command, ...dashes, ...items, ...after].join(' \\\n  ');
  return after.length > 0
    ? { text, warnings, file: { name: BODY_FILE, bytes: prepared.body } }
    : { text, warnings };
}

function pathFlag(target: string): string[] {
  return /\/(?:\.|%2e)/i.test(target) ? ['--path-as-is'] : [];
}

interface HttpieBody {
  readonly flags: readonly string[];
  readonly before: string;
  readonly after: readonly string[];
}

/** `--ignore-stdin`: without it HTTPie in a script takes what comes there for the body. */
function httpieBody({ body, hasBody }: PreparedRequest): HttpieBody {
  if (!hasBody) return { flags: ['--ignore-stdin'], before: '', after: [] };
  const text = body.length > INLINE_BODY_MAX ? undefined : exactText(body);
  if (text === undefined || text.includes('\0')) {
    return { flags: [], before: '', after: [`< ${BODY_FILE}`] };
  }
  const quoted = quoteShLines(text);
  if (quoted === undefined) return { flags: [], before: `${printfSh(latin1(body))} | `, after: [] };
  return { flags: ['--ignore-stdin', `--raw=${quoted}`], before: '', after: [] };
}

/** The space behind the colon keeps `:=` and `:@`, which mean other things, from forming. */
function headerItems({ headers, hasBody, warnings }: PreparedRequest): string[] {
  const items: string[] = [];
  for (let at = 0; at < headers.length; at += 2) {
    const name = headers[at] as string;
    const value = headers[at + 1] as string;
    if (isSendable(value)) items.push(value === '' ? `${name};` : `${name}: ${value}`);
    else warnings.push(`${name} was left out: HTTPie cannot send its value.`);
  }
  const own = ['User-Agent', 'Accept', 'Accept-Encoding', ...(hasBody ? ['Content-Type'] : [])];
  for (const name of own) {
    if (headerValue(headers, name.toLowerCase()) === undefined) items.push(`${name}:`);
  }
  return items;
}

/** HTTPie writes UTF-8, and takes a backslash before a separator as an escape, with no way round. */
function isSendable(value: string): boolean {
  const withoutPairs = value.replaceAll(/\\[^:;=@]/g, '');
  return exactText(latin1Bytes(value)) !== undefined && !/\\[:;=@]/.test(withoutPairs);
}
