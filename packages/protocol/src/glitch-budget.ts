import { ProtocolError } from './errors.ts';
import { DATA_MAX, GLITCH_BURST, GLITCH_RATE } from './limits.ts';
import { TokenBucket } from './token-bucket.ts';

/** New streams earn some, as each may be reset. */
const STREAM_EARNS = 4;

/** How many frames that carry nothing a peer may send: each costs a token, what they answer earns some. */
export class GlitchBudget {
  readonly #now: () => number;
  readonly #tokens: TokenBucket;
  /** Bytes sent that have not earned a token yet. */
  #unpaid = 0;

  constructor(now: () => number) {
    this.#now = now;
    this.#tokens = new TokenBucket(GLITCH_BURST, GLITCH_RATE, now());
  }

  /** Throws ProtocolError when there are too many. */
  spend(): void {
    if (this.#tokens.take(1, this.#now())) return;
    throw new ProtocolError('SELLIA_TOO_MANY_FRAMES', 'too many frames that carry nothing');
  }

  streamMade(): void {
    this.#tokens.earn(STREAM_EARNS);
  }

  /** Bytes that we send bring WINDOWs back: each 16 KiB pays for one. */
  sent(bytes: number): void {
    this.#unpaid += bytes;
    if (this.#unpaid < DATA_MAX) return;
    this.#tokens.earn(Math.floor(this.#unpaid / DATA_MAX));
    this.#unpaid %= DATA_MAX;
  }
}
