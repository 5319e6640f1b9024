import { maskBody } from '../copy/mask-body.ts';
import { type MoreSecrets, maskHeaders, maskTarget } from '../copy/secrets.ts';
import type { BodyFacts, MessageDetail } from '../exchange/detail.ts';
import { isEncoded } from './har-body.ts';
import type { HarExchange, HarMessage } from './har-exchange.ts';

/**
 * The exchange without its secrets: headers, trailers, target, and what bodies and messages name. A
 * body that is still compressed cannot be looked into, and is left out.
 */
export function maskExchange(exchange: HarExchange, more?: MoreSecrets): HarExchange {
  const { detail, requestBody, responseBody, messages } = exchange;
  const { row, request, response } = detail;
  return {
    ...exchange,
    detail: {
      ...detail,
      row: { ...row, target: maskTarget(row.target, more) },
      request: maskMessage(request, more),
      response: maskMessage(response, more),
    },
    requestBody: maskedBody(requestBody, request.body, exchange.isRequestDecoded, more),
    responseBody: maskedBody(responseBody, response.body, exchange.isResponseDecoded, more),
    ...(messages === undefined ? {} : { messages: messages.map((each) => maskSent(each, more)) }),
  };
}

function maskMessage(message: MessageDetail, more?: MoreSecrets): MessageDetail {
  const { headers, trailers } = message;
  return {
    ...message,
    headers: maskHeaders(headers, more),
    trailers: maskHeaders(trailers, more),
  };
}

function maskedBody(
  body: Uint8Array,
  facts: BodyFacts,
  isDecoded: boolean | undefined,
  more?: MoreSecrets,
): Uint8Array {
  return isEncoded(facts, isDecoded) ? new Uint8Array() : maskBody(body, facts.type, more);
}

function maskSent(message: HarMessage, more?: MoreSecrets): HarMessage {
  return { ...message, payload: maskBody(message.payload, '', more) };
}
