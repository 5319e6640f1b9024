import { headerValue } from '@sellia/protocol';
import type { PreparedRequest } from './prepare.ts';

/** One option of curl, by its long name. */
export interface CurlArgument {
  readonly option: string;
  /** One character, one byte; undefined where the option takes none. */
  readonly value?: string;
}

/** Headers that curl would add by itself, and takes back when told `Name:`. */
const OWN_HEADERS = ['User-Agent', 'Accept'];

/** Bytes of a body from which on some curl asks for `100 Continue` first; newer ones from 1 MiB. */
const EXPECT_FROM = 1024;

/**
 * Everything but the URL and the body, for every shell: with it curl sends this head and no line more,
 * apart from Host and Content-Length.
 */
export function curlArguments(request: PreparedRequest): CurlArgument[] {
  const { headers } = request;
  const made: CurlArgument[] = [...urlArguments(request), ...methodArguments(request)];
  for (let at = 0; at < headers.length; at += 2) {
    made.push(headerArgument(headers[at] as string, headers[at + 1] as string));
  }
  for (const name of unwantedHeaders(request)) {
    made.push({ option: 'header', value: `${name}:` });
  }
  if (headerValue(headers, 'accept-encoding') !== undefined) made.push({ option: 'compressed' });
  return made;
}

/** Only where they matter: curl reads `[1-3]` and `{a,b}` as many URLs, and resolves dot segments. */
function urlArguments({ url, target }: PreparedRequest): CurlArgument[] {
  const made: CurlArgument[] = [];
  if (target === '*') made.push({ option: 'request-target', value: '*' });
  if (/[[\]{}]/.test(url)) made.push({ option: 'globoff' });
  if (/\/(?:\.|%2e)/i.test(url)) made.push({ option: 'path-as-is' });
  return made;
}

function methodArguments({ method, hasBody, warnings }: PreparedRequest): CurlArgument[] {
  if (method === 'HEAD' && !hasBody) return [{ option: 'head' }];
  if (method === 'HEAD') {
    warnings.push('curl waits for a body after HEAD with a body; end it when the head has come.');
  }
  return method === (hasBody ? 'POST' : 'GET') ? [] : [{ option: 'request', value: method }];
}

/** An empty value is asked for with a semicolon; `Name:` would take the header away. */
function headerArgument(name: string, value: string): CurlArgument {
  return { option: 'header', value: value === '' ? `${name};` : `${name}: ${value}` };
}

function unwantedHeaders({ headers, body, hasBody }: PreparedRequest): string[] {
  const names = hasBody ? [...OWN_HEADERS, 'Content-Type'] : [...OWN_HEADERS];
  if (body.length >= EXPECT_FROM) names.push('Expect');
  return names.filter((name) => headerValue(headers, name.toLowerCase()) === undefined);
}

/** The short names that people know; the others are written out. */
const SHORT: Readonly<Record<string, string>> = {
  header: '-H',
  request: '-X',
  head: '-I',
  globoff: '-g',
};

/** `-H`, or `--compressed`. */
export function curlFlag(option: string): string {
  return SHORT[option] ?? `--${option}`;
}
