import type { Server } from 'node:net';
import type { Log } from './log.ts';
import { startSuccessor } from './successor.ts';

/** At SIGUSR2 another process of the same program takes this one's place; not on Windows. */
export class Handover {
  readonly #listener: Server;
  readonly #leaseKey: Uint8Array;
  readonly #log: Log;
  readonly #relieved = Promise.withResolvers<true>();
  #isUnderWay = false;

  constructor(listener: Server, leaseKey: Uint8Array, log: Log) {
    this.#listener = listener;
    this.#leaseKey = leaseKey;
    this.#log = log;
    if (process.platform !== 'win32') process.on('SIGUSR2', () => this.#begin());
  }

  /** Settles when the other process listens. */
  get relieved(): Promise<true> {
    return this.#relieved.promise;
  }

  /** A successor that does not come up changes nothing: the next signal tries again. */
  async #begin(): Promise<void> {
    if (this.#isUnderWay) return;
    this.#isUnderWay = true;
    this.#log.info({}, 'starting a successor');
    try {
      const pid = await startSuccessor(this.#listener, this.#leaseKey);
      this.#log.info({ pid }, 'the successor listens');
      this.#relieved.resolve(true);
    } catch (error) {
      this.#isUnderWay = false;
      const reason = (error as Error).message;
      this.#log.error({ reason }, 'the successor has not come up; this process goes on');
    }
  }
}
