import {
  COPY_LABELS,
  type Copied,
  type CopyFormat,
  copyAs,
  copyRequestOf,
  responseText,
} from '@sellia/inspector/browser';
import { api } from '../api/api.ts';
import type { Direction, ExchangeDetail } from '../api/types.ts';
import { pathOf, publicUrl } from '../detail/exchange-url.ts';
import { addedSecrets, maskBody, maskHeaders, maskTarget } from '../settings/masking.ts';
import { copyText } from '../ui/clipboard.ts';
import { exchangeJson } from './exchange-json.ts';

export type CopyWhat = CopyFormat | 'url' | 'path' | 'response' | 'body' | 'json';

export interface CopyChoice {
  /** Of the local server; default the public URL's. */
  readonly origin?: string;
  readonly isMasked: boolean;
}

/** What was copied, and what is to be said about it. */
export interface CopyResult extends Copied {
  readonly label: string;
}

/** Puts an exchange, or a part of it, on the clipboard. Throws ApiFailure. */
export async function copyExchange(
  what: CopyWhat,
  detail: ExchangeDetail,
  choice: CopyChoice,
): Promise<CopyResult> {
  const copied = await made(what, detail, choice);
  const label = LABELS[what];
  await copyText(copied.text, label);
  return { ...copied, label };
}

const LABELS = {
  ...COPY_LABELS,
  url: 'the URL',
  path: 'the path',
  response: 'the response',
  body: 'the response body',
  json: 'the exchange as JSON',
} as const satisfies Record<CopyWhat, string>;

async function made(what: CopyWhat, detail: ExchangeDetail, choice: CopyChoice): Promise<Copied> {
  const { row } = detail;
  if (what === 'url') return plain(urlOf(detail, choice));
  if (what === 'path') return plain(pathOf(row.target));
  if (what === 'response') return response(detail, choice);
  if (what === 'body') return body(detail, choice);
  if (what === 'json') return plain(await exchangeJson(detail, choice.isMasked));
  const requestBody = await bytesOf(detail, 'request', false);
  const request = copyRequestOf({ detail, requestBody }, choice.origin);
  return copyAs(what, request, { masksSecrets: choice.isMasked, more: addedSecrets() });
}

function plain(text: string): Copied {
  return { text, warnings: [] };
}

function urlOf({ row }: ExchangeDetail, { origin, isMasked }: CopyChoice): string {
  const local = row.kind === 'websocket' ? origin?.replace(/^http/, 'ws') : origin;
  const url = local === undefined ? publicUrl(row) : `${local}${row.target}`;
  return isMasked ? maskTarget(url) : url;
}

async function response(detail: ExchangeDetail, { isMasked }: CopyChoice): Promise<Copied> {
  const { row, response } = detail;
  const bytes = await bytesOf(detail, 'response', false);
  const { headers } = response;
  if (!isMasked) return responseText(row.status, row.reason, headers, bytes);
  const masked = maskBody(bytes, response.body.type);
  return responseText(row.status, row.reason, maskHeaders(headers), masked);
}

/** As a reader wants it: decoded. */
async function body(detail: ExchangeDetail, { isMasked }: CopyChoice): Promise<Copied> {
  const { body } = detail.response;
  const bytes = await bytesOf(detail, 'response', true);
  const text = new TextDecoder().decode(isMasked ? maskBody(bytes, body.type) : bytes);
  if (!text.includes('\ufffd')) return plain(text);
  const file = { name: 'body.bin', bytes };
  return { text, warnings: ['Not all of it is text; the file has the exact bytes.'], file };
}

async function bytesOf(
  detail: ExchangeDetail,
  direction: Direction,
  isDecoded: boolean,
): Promise<Uint8Array> {
  if (detail[direction].body.bytes === 0) return new Uint8Array();
  return (await api.body(detail.row.id, direction, isDecoded)).bytes;
}
