import type { Welcome } from '@sellia/protocol';
import type { Transport } from '@sellia/session';
import type { SelliaError } from './errors.ts';
import type { Link } from './link.ts';

/** What the relay begins a fresh session with, in the place of one that it has forgotten. */
export interface Renewal {
  readonly transport: Transport;
  readonly welcome: Welcome;
}

/** One attempt to go on with a link over another transport. Whoever hears of its end tells it. */
export class Reattachment {
  readonly #outcome = Promise.withResolvers<Renewal | undefined>();

  /**
   * Owns the transport until the link has it. Resolves when the link is back (undefined) or renewed;
   * rejects with what it was told, or with `aborted` when the signal says so.
   */
  async run(
    link: Link,
    transport: Transport,
    signal: AbortSignal,
    aborted: () => SelliaError,
  ): Promise<Renewal | undefined> {
    const giveUp = () => {
      transport.terminate();
      this.reject(aborted());
    };
    signal.addEventListener('abort', giveUp, { once: true });
    try {
      link.reattach(transport);
      return await this.#outcome.promise;
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  }

  resolve(renewal: Renewal | undefined): void {
    this.#outcome.resolve(renewal);
  }

  reject(error: SelliaError): void {
    this.#outcome.reject(error);
  }
}
