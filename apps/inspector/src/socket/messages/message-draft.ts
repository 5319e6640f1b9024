import type { OwnMessage } from '../../api/api.ts';
import type { SocketMessage } from '../../api/types.ts';
import { base64Of, payloadOf } from './message-bytes.ts';

/** A message that is being written. */
export interface MessageDraft {
  readonly to: OwnMessage['to'];
  readonly mode: 'text' | 'base64';
  readonly content: string;
}

export const EMPTY_DRAFT: MessageDraft = { to: 'upstream', mode: 'text', content: '' };

/** Bytes of a message: what two bytes of its head can tell. */
const BYTES_MAX = 65_535;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** One like a message that was recorded whole; undefined of any other, and of control frames. */
export function draftOf(message: SocketMessage): MessageDraft | undefined {
  const { direction, opcode, isTruncated, plainBytes, text } = message;
  if (opcode > 2 || isTruncated || plainBytes < 0) return undefined;
  const to = direction === 'request' ? 'upstream' : 'visitor';
  if (text !== undefined) return { to, mode: 'text', content: text };
  return { to, mode: 'base64', content: base64Of(payloadOf(message)) };
}

/** Bytes that it will have; undefined while what stands there is no base64. */
export function sizeOf({ mode, content }: MessageDraft): number | undefined {
  if (mode === 'text') return new TextEncoder().encode(content).length;
  const base64 = withoutBlanks(content);
  return BASE64.test(base64) ? atob(base64).length : undefined;
}

/** Why it cannot be sent; empty when it can. */
export function problemOf(draft: MessageDraft): string {
  const size = sizeOf(draft);
  if (size === undefined) return 'This is not base64.';
  return size > BYTES_MAX ? `It has ${size} bytes; ${BYTES_MAX} can be sent.` : '';
}

export function messageOf({ to, mode, content }: MessageDraft): OwnMessage {
  return mode === 'text' ? { to, text: content } : { to, base64: withoutBlanks(content) };
}

function withoutBlanks(text: string): string {
  return text.replace(/\s/g, '');
}
