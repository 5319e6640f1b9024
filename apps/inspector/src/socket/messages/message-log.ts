import type { SocketMessage } from '../../api/types.ts';

/** Messages that the page holds of a WebSocket, and characters of them. The oldest go first. */
export const MESSAGES_MAX = 2_000;
export const CHARACTERS_MAX = 8 * 1024 * 1024;

/** The newest messages of a recording, as far as they were read in time. */
export class MessageLog {
  #messages: SocketMessage[] = [];
  #characters = 0;
  #newest = 0;
  #missed = 0;
  #letGo = 0;

  /** The oldest first; a new array with each change. */
  get messages(): readonly SocketMessage[] {
    return this.#messages;
  }

  /** Number of the newest; 0 before one. */
  get newest(): number {
    return this.#newest;
  }

  /** Were dropped by the server before they were read here. */
  get missed(): number {
    return this.#missed;
  }

  /** Were let go here for newer ones. */
  get letGo(): number {
    return this.#letGo;
  }

  /** What came behind `newest`. */
  add(messages: readonly SocketMessage[]): void {
    if (messages.length === 0) return;
    this.#messages = [...this.#messages, ...messages];
    for (const message of messages) {
      this.#missed += message.number - this.#newest - 1;
      this.#newest = message.number;
      this.#characters += lengthOf(message);
    }
    this.#trim();
  }

  #trim(): void {
    let count = 0;
    while (this.#messages.length - count > MESSAGES_MAX || this.#characters > CHARACTERS_MAX) {
      this.#characters -= lengthOf(this.#messages[count] as SocketMessage);
      count += 1;
    }
    this.#messages.splice(0, count);
    this.#letGo += count;
  }
}

function lengthOf({ text = '', base64 = '' }: SocketMessage): number {
  return text.length + base64.length;
}
