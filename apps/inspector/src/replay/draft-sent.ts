import {
  findBadHeader,
  headerText as firstValue,
  isTarget,
  isToken,
  latin1,
} from '@sellia/inspector/browser';
import type { ReplayEdit } from '../api/api.ts';
import type { ExchangeDetail } from '../api/types.ts';
import { fromBase64, toBase64 } from '../copy/base64.ts';
import { writtenLines } from './body-lines.ts';
import { type Draft, type DraftHeader, isFraming } from './draft.ts';
import type { OriginalBody } from './original-body.ts';

/** What is wrong with a draft: sentences, by what they are about. */
export type Problems = Readonly<Partial<Record<'method' | 'target' | 'headers' | 'body', string>>>;

/** The inspector takes requests of 4 MiB, and the body comes to it in base64. */
const BODY_MAX = 2.75 * 1024 * 1024;
/** Lines that the inspector takes. */
const HEADERS_MAX = 1_000;

const BAD_METHOD = 'A method is one word of letters, such as GET or PATCH.';
const BAD_TARGET = 'A path begins with / and holds only printable ASCII; a blank is written %20.';

export function problemsOf(draft: Draft, original: OriginalBody): Problems {
  const headers = headerProblem(draft);
  const body = bodyProblem(draft, original);
  return {
    ...(isToken(draft.method) ? {} : { method: BAD_METHOD }),
    ...(isTarget(draft.target) ? {} : { target: BAD_TARGET }),
    ...(headers === undefined ? {} : { headers }),
    ...(body === undefined ? {} : { body }),
  };
}

function headerProblem({ headers }: Draft): string | undefined {
  if (headers.length > HEADERS_MAX) return `At most ${HEADERS_MAX} headers can be sent from here.`;
  const framing = headers.find(({ name }) => isFraming(name));
  if (framing !== undefined) return `${framing.name.trim()} is written for you; take the line out.`;
  const bad = findBadHeader(headers.flatMap(sentLine));
  if (bad === undefined) return undefined;
  if (bad === '') return 'A header has no name.';
  return `The header ${JSON.stringify(bad.slice(0, 60))} is not valid: a name has no blanks and no colon, a value no control characters.`;
}

function bodyProblem(draft: Draft, original: OriginalBody): string | undefined {
  if (draft.mode === 'kept') return undefined;
  const body = bodyOf(draft, original);
  if (body === undefined) return 'This is no base64.';
  if (body.length > BODY_MAX) return 'At most 2.75 MiB can be sent from here.';
  const encoding = firstValue(draft.headers.flatMap(sentLine), 'content-encoding');
  if (draft.mode === 'base64' || encoding === '' || body.length === 0) return undefined;
  return 'The body is plain text now; take the header Content-Encoding out.';
}

/** For the server: everything of it, but a body that stays as it was. */
export function editOf(
  draft: Draft,
  row: ExchangeDetail['row'],
  original: OriginalBody,
): ReplayEdit {
  const body = isBodyKept(draft, original) ? undefined : bodyOf(draft, original);
  return {
    method: draft.method,
    target: draft.target,
    headers: draft.headers.flatMap(sentLine),
    ...(body === undefined ? {} : { bodyBase64: toBase64(body) }),
    ...(draft.tunnel === row.tunnel ? {} : { tunnel: draft.tunnel }),
  };
}

/** A text that nobody has changed goes out byte for byte, however its lines end. */
function isBodyKept({ mode, text }: Draft, original: OriginalBody): boolean {
  if (original.isCut) return false;
  return mode === 'kept' || (mode === 'text' && !original.isDecoded && text === original.text);
}

function bodyOf({ mode, text, base64 }: Draft, { lines }: OriginalBody): Uint8Array | undefined {
  if (mode === 'base64') return fromBase64(base64);
  return new TextEncoder().encode(writtenLines(text, lines));
}

/** What is new is UTF-8. */
function sentLine({ name, value, bytes }: DraftHeader): string[] {
  return [name.trim(), bytes ?? latin1(new TextEncoder().encode(value.trim()))];
}
