import { type MessageHints, type MessageReading, readMessage } from '@sellia/inspector/messages';
import type { SocketMessage } from '../../api/types.ts';
import { contentOf } from './message-bytes.ts';

/** Characters of a text that a line of the list is made of. */
const GLANCED = 4 * 1024;
/** Characters of what bytes mean that are searched. */
const SEARCHED = 4 * 1024;
/** Characters of a message that are shown at most; twice what a recording keeps of one. */
const SHOWN = 512 * 1024;

/** What messages of one WebSocket mean. Lines are remembered as long as their message is. */
export class Readings {
  readonly #hints: MessageHints;
  readonly #glances = new WeakMap<SocketMessage, MessageReading>();

  constructor(hints: Pick<MessageHints, 'subprotocol' | 'target'>) {
    this.#hints = hints;
  }

  /** Kind and one line; of long texts by their beginning. */
  glance(message: SocketMessage): MessageReading {
    const known = this.#glances.get(message);
    if (known !== undefined) return known;
    const content = contentOf(message);
    const isLong = typeof content === 'string' && content.length > GLANCED;
    const glance = readMessage(isLong ? content.slice(0, GLANCED) : content, {
      ...this.#hints,
      isTruncated: message.isTruncated || isLong,
      most: SEARCHED,
    });
    this.#glances.set(message, glance);
    return glance;
  }

  /** All that can be said of it. */
  whole(message: SocketMessage): MessageReading {
    const { isTruncated } = message;
    return readMessage(contentOf(message), { ...this.#hints, isTruncated, most: SHOWN });
  }

  /** What a search looks into. */
  searched(message: SocketMessage): string {
    const text = message.text ?? this.glance(message).pretty;
    return message.note === '' ? text : `${text}\n${message.note}`;
  }
}
