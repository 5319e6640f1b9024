import type { MessageDetail } from '../exchange/detail.ts';
import { type HeaderLines, headerText } from '../exchange/header-lines.ts';
import type { ExchangeRow } from '../exchange/row.ts';
import { harContent, isEncoded, isTruncated } from './har-body.ts';
import { requestCookies, responseCookies } from './har-cookies.ts';
import type { HarExchange } from './har-exchange.ts';
import type { HarPair, HarRequest, HarResponse } from './har-log.ts';

export function harRequest(exchange: HarExchange): HarRequest {
  const { row, request } = exchange.detail;
  return {
    method: row.method,
    url: harUrl(row),
    httpVersion: 'HTTP/1.1',
    cookies: requestCookies(request.headers),
    headers: pairs(request.headers),
    queryString: queryPairs(row.target),
    headersSize: -1,
    bodySize: request.body.bytes,
    ...postData(exchange),
    ...trailers(request),
  };
}

export function harResponse(exchange: HarExchange): HarResponse {
  const { row, response } = exchange.detail;
  const { headers, body } = response;
  return {
    status: row.status,
    statusText: row.reason,
    httpVersion: 'HTTP/1.1',
    cookies: responseCookies(headers),
    headers: pairs(headers),
    content: harContent(exchange.responseBody, body, exchange.isResponseDecoded),
    redirectURL: headerText(headers, 'location'),
    headersSize: -1,
    bodySize: body.bytes,
    ...(isTruncated(body) ? { _responseBodyStatus: 'truncated' } : {}),
    ...trailers(response),
  };
}

/** A WebSocket has a scheme of its own, as Chrome writes it. */
function harUrl({ scheme, host, target, kind }: ExchangeRow): string {
  const shown = kind === 'websocket' ? scheme.replace('http', 'ws') : scheme;
  return `${shown}://${host}${target.startsWith('/') ? target : `/${target}`}`;
}

/** `postData` of HAR has room for text alone. */
function postData({ detail, requestBody, isRequestDecoded }: HarExchange): Partial<HarRequest> {
  const facts = detail.request.body;
  const truncated = isTruncated(facts) ? ({ _requestBodyStatus: 'truncated' } as const) : {};
  if (requestBody.length === 0) return truncated;
  const content = harContent(requestBody, facts, isRequestDecoded);
  if (content.encoding === undefined && !isEncoded(facts, isRequestDecoded)) {
    return { postData: { mimeType: facts.type, text: content.text ?? '' }, ...truncated };
  }
  return { _requestBodyStatus: 'discarded:not-representable', ...truncated, _content: content };
}

function trailers({ trailers: lines }: MessageDetail): { _trailers?: HarPair[] } {
  return lines.length === 0 ? {} : { _trailers: pairs(lines) };
}

function pairs(lines: HeaderLines): HarPair[] {
  const made: HarPair[] = [];
  for (let at = 0; at + 1 < lines.length; at += 2) {
    made.push({ name: lines[at] as string, value: lines[at + 1] as string });
  }
  return made;
}

function queryPairs(target: string): HarPair[] {
  const mark = target.indexOf('?');
  if (mark === -1 || mark === target.length - 1) return [];
  return target
    .slice(mark + 1)
    .split('&')
    .map(queryPair);
}

function queryPair(text: string): HarPair {
  const equals = text.indexOf('=');
  if (equals === -1) return { name: decoded(text), value: '' };
  return { name: decoded(text.slice(0, equals)), value: decoded(text.slice(equals + 1)) };
}

function decoded(text: string): string {
  const spaced = text.replaceAll('+', ' ');
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}
