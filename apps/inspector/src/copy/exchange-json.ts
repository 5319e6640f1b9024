import { exactText } from '@sellia/inspector/browser';
import { api } from '../api/api.ts';
import type { Direction, ExchangeDetail } from '../api/types.ts';
import { maskBody, maskHeaders, maskTarget } from '../settings/masking.ts';
import { toBase64 } from './base64.ts';

/** All that is known of an exchange, bodies as text where they are text, else in base64. */
export async function exchangeJson(detail: ExchangeDetail, isMasked: boolean): Promise<string> {
  const { row, request, response, ...rest } = detail;
  const content = {
    ...row,
    target: isMasked ? maskTarget(row.target) : row.target,
    ...rest,
    request: await messageOf(detail, 'request', isMasked),
    response: await messageOf(detail, 'response', isMasked),
  };
  return JSON.stringify(content, undefined, 2);
}

async function messageOf(detail: ExchangeDetail, direction: Direction, isMasked: boolean) {
  const { headers, trailers, body } = detail[direction];
  return {
    headers: pairs(isMasked ? maskHeaders(headers) : headers),
    trailers: pairs(isMasked ? maskHeaders(trailers) : trailers),
    body: { ...body, ...(await contentOf(detail, direction, isMasked)) },
  };
}

async function contentOf({ row, ...detail }: ExchangeDetail, side: Direction, isMasked: boolean) {
  const { body } = detail[side];
  if (body.keptBytes === 0) return {};
  const { bytes } = await api.body(row.id, side, true);
  const text = exactText(isMasked ? maskBody(bytes, body.type) : bytes);
  return text === undefined ? { base64: toBase64(bytes) } : { text };
}

/** A list: names may come twice. */
function pairs(lines: readonly string[]): { name: string; value: string }[] {
  const list: { name: string; value: string }[] = [];
  for (let at = 0; at + 1 < lines.length; at += 2) {
    list.push({ name: lines[at] as string, value: lines[at + 1] as string });
  }
  return list;
}
