import { Buffer } from 'node:buffer';
import type { ServerResponse } from 'node:http';
import { renderFailure } from '../failure-page.ts';
import { type FailureCode, statusText } from '../failures.ts';
import { composeHead, linesText } from './response.ts';

/** Whom an answer is for, as far as its form depends on it. */
export interface Asker {
  readonly method: string;
  readonly accept: string | undefined;
  /** Empty for none. */
  readonly requestId: string;
}

export const NOBODY: Asker = { method: 'GET', accept: undefined, requestId: '' };

/** Answers by node's response. True: the connection ends behind it. */
export function answerFailure(
  response: ServerResponse,
  code: FailureCode,
  asker: Asker,
  closes: boolean,
): boolean {
  const { status, headers, body } = renderFailure(code, asker.accept, asker.requestId);
  const isLast = composeHead(response, status, statusText(status), headers, closes);
  response.end(body);
  return isLast;
}

/**
 * The same where there is only a socket; the connection must end behind it. `retryAfter` in seconds,
 * in place of the table's.
 */
export function failureBytes(code: FailureCode, asker: Asker, retryAfter?: number): Buffer {
  const { status, headers, body } = renderFailure(code, asker.accept, asker.requestId, retryAfter);
  const lines = linesText([...headers, 'Connection', 'close']);
  const head = Buffer.from(`HTTP/1.1 ${status} ${statusText(status)}\r\n${lines}\r\n`, 'latin1');
  return asker.method === 'HEAD' ? head : Buffer.concat([head, body]);
}
