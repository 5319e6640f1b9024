import { closeFrame, WsBoundary } from '@sellia/protocol';
import type { Clock } from './clock.ts';

/** Service Restart: the other side may come again (registry of RFC 6455 section 11.7). */
export const RESTART_CLOSE_CODE = 1012;
const REASON = 'service restart';

/**
 * Milliseconds from the word that a connection has to end to its cut: the message under way to its
 * last byte, the close frame, and what both ends answer to it.
 */
export const FAREWELL_MS = 1_000;

/**
 * Milliseconds without a byte after which what was sent before is taken to have come ...
 */
export const FAREWELL_QUIET_MS = 50;
/** ... and how often this is looked for: a side that never pauses must not use up the time. */
export const FAREWELL_LOOKS = 8;

/**
 * What a splice knows of the WebSocket it carries: where both directions stand, and so when the
 * socket can be told in a close frame that the far side goes.
 */
export class Farewell {
  readonly clock: Clock;
  readonly toSocket: WsBoundary = new WsBoundary();
  readonly fromSocket: WsBoundary = new WsBoundary();
  readonly #makeMask: (() => Uint8Array) | undefined;
  #isSaid = false;

  /** `makeMask`: four unpredictable bytes, where the socket is that of a server. */
  constructor(clock: Clock, makeMask?: () => Uint8Array) {
    this.clock = clock;
    this.#makeMask = makeMask;
  }

  /** The socket has been told: nothing may follow in its direction. */
  get isSaid(): boolean {
    return this.#isSaid;
  }

  /** One end has said that it closes: the rest is theirs. */
  get isClosing(): boolean {
    return this.toSocket.isClosed || this.fromSocket.isClosed;
  }

  /** A close frame may be sent to the socket now. */
  get isDue(): boolean {
    return this.toSocket.isBetweenMessages && !this.isClosing && !this.#isSaid;
  }

  /** The close frame, to be sent now. */
  say(): Uint8Array {
    this.#isSaid = true;
    return closeFrame(RESTART_CLOSE_CODE, REASON, this.#makeMask?.());
  }
}
