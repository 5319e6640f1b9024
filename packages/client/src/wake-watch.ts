import type { Clock, Timer } from '@sellia/session';

/** Why a link that was good a moment ago may be dead now. */
export type WakeReason = 'wake' | 'network';

export interface WakeWatchParts {
  readonly clock: Clock;
  /** Milliseconds of the wall clock. */
  readonly wallClock: () => number;
  /** The machine's network addresses, as one text to compare. */
  readonly addresses: () => string;
  readonly onWake: (why: WakeReason) => void;
}

/** Between two looks. */
const LOOK_MS = 1_000;
/** A pause that no busy process makes, in milliseconds. */
const JUMP_MS = 5_000;

/**
 * Tells when this machine has slept, when this process was stopped, or when the network is another
 * one: waiting for a timer would be waiting for nothing then. Looks each second, until `stop`.
 *
 *     monotonic clock   late look: the process did not run
 *     wall clock        ahead of the monotonic one: the machine slept, and that clock with it
 *                       (Linux); or somebody set the clock, which looks the same and costs a probe
 *     addresses         another network, or none
 *
 * A clock that is set back tells nothing: no sleep turns time back.
 */
export class WakeWatch {
  readonly #parts: WakeWatchParts;
  #timer: Timer;
  #seenAt: number;
  #wallSeenAt: number;
  #addresses: string;

  constructor(parts: WakeWatchParts) {
    this.#parts = parts;
    this.#seenAt = parts.clock.now();
    this.#wallSeenAt = parts.wallClock();
    this.#addresses = parts.addresses();
    this.#timer = parts.clock.after(LOOK_MS, this.#look);
  }

  stop(): void {
    this.#timer.cancel();
  }

  readonly #look = (): void => {
    const { clock, onWake } = this.#parts;
    // Before anything is told: who hears of it may stop the watch.
    this.#timer = clock.after(LOOK_MS, this.#look);
    const hasSlept = this.#hasSlept();
    const hasMoved = this.#hasMoved();
    if (hasSlept) onWake('wake');
    else if (hasMoved) onWake('network');
  };

  #hasSlept(): boolean {
    const { clock, wallClock } = this.#parts;
    const now = clock.now();
    const wall = wallClock();
    const passed = now - this.#seenAt;
    const wallPassed = wall - this.#wallSeenAt;
    this.#seenAt = now;
    this.#wallSeenAt = wall;
    return Math.max(passed, wallPassed) - LOOK_MS > JUMP_MS;
  }

  #hasMoved(): boolean {
    const addresses = this.#parts.addresses();
    if (addresses === this.#addresses) return false;
    this.#addresses = addresses;
    return true;
  }
}
