import { randomBytes } from 'node:crypto';

/** Names for requests: told apart for ever, short, and cheap to make. Not secret. */
export class RequestIds {
  readonly #prefix = randomBytes(6).toString('hex');
  #count = 0;

  next(): string {
    return `${this.#prefix}-${(this.#count++).toString(36)}`;
  }
}
