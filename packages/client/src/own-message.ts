import { randomBytes } from 'node:crypto';
import { BINARY, messageFrame, OWN_MESSAGE_MAX, TEXT } from '@sellia/protocol';
import { refused } from './replay.ts';

export { OWN_MESSAGE_MAX };

/** A message of the owner's own into a WebSocket of a visitor's. */
export interface OwnMessage {
  /** Who gets it: as if the other one had sent it. */
  readonly to: 'upstream' | 'visitor';
  /** A text is sent as UTF-8; at most OWN_MESSAGE_MAX bytes. */
  readonly content: string | Uint8Array;
}

/** As the bytes of one frame. Throws SelliaError when it is too long. */
export function frameOf({ to, content }: OwnMessage): Uint8Array {
  const isText = typeof content === 'string';
  const payload = isText ? new TextEncoder().encode(content) : content;
  if (payload.length > OWN_MESSAGE_MAX) {
    throw refused(`A message may have ${OWN_MESSAGE_MAX} bytes; this one has ${payload.length}.`);
  }
  return messageFrame(
    isText ? TEXT : BINARY,
    payload,
    to === 'upstream' ? randomBytes(4) : undefined,
  );
}
