import type { ExchangeDetail } from '../api/types.ts';
import { toBase64 } from '../copy/base64.ts';
import { linesOf } from '../detail/header-text.ts';
import type { OriginalBody } from './original-body.ts';

export interface DraftHeader {
  /** Of this draft; stays when others are added or removed. */
  readonly key: number;
  readonly name: string;
  readonly value: string;
  /** The value as it came, while nobody has changed it: a text does not tell its bytes. */
  readonly bytes?: string;
}

/** How the body is given: `kept` is the original's, byte for byte. */
export type BodyMode = 'kept' | 'text' | 'base64';

/** A request as it is being edited. */
export interface Draft {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly DraftHeader[];
  readonly mode: BodyMode;
  readonly text: string;
  readonly base64: string;
  /** Name of the tunnel; the original's at first. */
  readonly tunnel: string;
}

/** Made anew for what is sent, or true of one connection only. */
const FRAMING = new Set([
  'content-length',
  'transfer-encoding',
  'connection',
  'expect',
  'sellia-replay',
]);

export function isFraming(name: string): boolean {
  return FRAMING.has(name.trim().toLowerCase());
}

/** The original, without what is made anew when it is sent. */
export function draftOf({ row, request }: ExchangeDetail, original: OriginalBody): Draft {
  const { method, target, tunnel } = row;
  const lines = linesOf(request.headers).filter(({ name }) => !isFraming(name));
  const headers = lines.map(({ name, value, at }) => {
    return { key: at, name, value, bytes: request.headers[2 * at + 1] as string };
  });
  const isText = original.text !== undefined && !original.isDecoded;
  const mode = isText || original.isCut ? 'text' : 'kept';
  const text = original.isCut ? '' : (original.text ?? '');
  return { method, target, headers, mode, text, base64: '', tunnel };
}

/** With the body given in another way, beginning from the original. */
export function withMode(draft: Draft, mode: BodyMode, original: OriginalBody): Draft {
  if (mode === 'base64' && draft.base64 === '') {
    return { ...draft, mode, base64: toBase64(original.bytes) };
  }
  if (mode !== 'text' || !original.isDecoded) return { ...draft, mode };
  const headers = draft.headers.filter(({ name }) => !/^content-encoding$/i.test(name.trim()));
  return { ...draft, mode, headers };
}

export function withHeader(draft: Draft, key: number, change: Partial<DraftHeader>): Draft {
  const headers = draft.headers.map((header): DraftHeader => {
    if (header.key !== key) return header;
    const { bytes, ...rest } = { ...header, ...change };
    return change.value === undefined && bytes !== undefined ? { ...rest, bytes } : rest;
  });
  return { ...draft, headers };
}

/** Every key is given once. */
export function withNewHeader(draft: Draft): Draft {
  const key = 1 + Math.max(-1, ...draft.headers.map((header) => header.key));
  return { ...draft, headers: [...draft.headers, { key, name: '', value: '' }] };
}

export function withoutHeader(draft: Draft, key: number): Draft {
  return { ...draft, headers: draft.headers.filter((header) => header.key !== key) };
}
