import type { Splice } from '@sellia/session';
import { frameOf, type OwnMessage } from './own-message.ts';
import { refused } from './replay.ts';

/** Bytes that the client holds of a WebSocket, because an end or the relay takes no more. */
export interface WaitingBytes {
  readonly toUpstream: number;
  readonly toVisitor: number;
}

/** WebSockets that are open, by the number of their exchange on the feed. As many as there are streams. */
export class OpenSockets {
  readonly #splices = new Map<number, Splice>();

  add(exchange: number, splice: Splice): void {
    this.#splices.set(exchange, splice);
  }

  delete(exchange: number): void {
    this.#splices.delete(exchange);
  }

  /** What its ends have not taken yet; undefined of one that is not open. */
  waiting(exchange: number): WaitingBytes | undefined {
    const splice = this.#splices.get(exchange);
    if (splice === undefined) return undefined;
    return { toUpstream: splice.waiting('socket'), toVisitor: splice.waiting('stream') };
  }

  /** Throws SelliaError where it cannot be sent. */
  send(exchange: number, message: OwnMessage): void {
    const frame = frameOf(message);
    const splice = this.#splices.get(exchange);
    if (splice === undefined) throw refused('The WebSocket is not open.');
    if (!splice.interject(message.to === 'upstream' ? 'socket' : 'stream', frame)) {
      throw refused('The WebSocket takes no more messages that way.');
    }
  }
}
