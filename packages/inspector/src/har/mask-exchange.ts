import { maskBody } from '../copy/mask-body.ts';
import { maskHeaders, maskTarget } from '../copy/secrets.ts';
import type { BodyFacts, MessageDetail } from '../exchange/detail.ts';
import { isEncoded } from './har-body.ts';
import type { HarExchange, HarMessage } from './har-exchange.ts';

/**
 * The exchange without its secrets: headers, trailers, target, and what bodies and messages name. A
 * body that is still compressed cannot be looked into, and is left out.
 */
export function maskExchange(exchange: HarExchange): HarExchange {
  const { detail, requestBody, responseBody, messages } = exchange;
  const { row, request, response } = detail;
  return {
    ...exchange,
    detail: {
      ...detail,
      row: { ...row, target: maskTarget(row.target) },
      request: maskMessage(request),
      response: maskMessage(response),
    },
    requestBody: maskedBody(requestBody, request.body, exchange.isRequestDecoded),
    responseBody: maskedBody(responseBody, response.body, exchange.isResponseDecoded),
    ...(messages === undefined ? {} : { messages: messages.map(maskSent) }),
  };
}

function maskMessage(message: MessageDetail): MessageDetail {
  const { headers, trailers } = message;
  return { ...message, headers: maskHeaders(headers), trailers: maskHeaders(trailers) };
}

function maskedBody(
  body: Uint8Array,
  facts: BodyFacts,
  isDecoded: boolean | undefined,
): Uint8Array {
  return isEncoded(facts, isDecoded) ? new Uint8Array() : maskBody(body, facts.type);
}

function maskSent(message: HarMessage): HarMessage {
  return { ...message, payload: maskBody(message.payload, '') };
}
