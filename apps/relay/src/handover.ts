import type { Server } from 'node:net';
import type { Log } from './log.ts';
import { startSuccessor } from './successor.ts';

interface Offer {
  readonly listener: Server;
  readonly leaseKey: Uint8Array;
}

/**
 * At SIGUSR2 another process of the same program takes this one's place; not on Windows. Made before
 * anything is announced: a signal that nobody listens for ends the process.
 */
export class Handover {
  readonly #log: Log;
  readonly #relieved = Promise.withResolvers<true>();
  #offer: Offer | undefined;
  #isUnderWay = false;

  constructor(log: Log) {
    this.#log = log;
    if (process.platform !== 'win32') process.on('SIGUSR2', () => this.#begin());
  }

  /** From now on there is something to hand over. */
  offer(listener: Server, leaseKey: Uint8Array): void {
    this.#offer = { listener, leaseKey };
  }

  /** Settles when the other process listens. */
  get relieved(): Promise<true> {
    return this.#relieved.promise;
  }

  /** A successor that does not come up changes nothing: the next signal tries again. */
  async #begin(): Promise<void> {
    const offer = this.#offer;
    if (offer === undefined || this.#isUnderWay) return;
    this.#isUnderWay = true;
    this.#log.info({}, 'starting a successor');
    try {
      const pid = await startSuccessor(offer.listener, offer.leaseKey);
      this.#log.info({ pid }, 'the successor listens');
      this.#relieved.resolve(true);
    } catch (error) {
      this.#isUnderWay = false;
      const reason = (error as Error).message;
      this.#log.error({ reason }, 'the successor has not come up; this process goes on');
    }
  }
}
