import type { RelayLimits } from '../limits.ts';

/** One that waits. */
export interface Guest {
  /** Bytes of its request's head. */
  readonly headBytes: number;
  /** The room closes. */
  sendAway(): void;
}

type RoomLimits = Pick<RelayLimits, 'heldInProcess' | 'heldHeadBytes'>;

/** Where the requests of the process wait for clients: so many, and of so many bytes together. */
export class WaitingRoom {
  readonly #limits: RoomLimits;
  readonly #guests = new Set<Guest>();
  #headBytes = 0;
  #isClosed = false;

  constructor(limits: RoomLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#guests.size;
  }

  /** No client comes any more. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** False: no room. */
  enter(guest: Guest): boolean {
    const { heldInProcess, heldHeadBytes } = this.#limits;
    const headBytes = this.#headBytes + guest.headBytes;
    if (this.#guests.size >= heldInProcess || headBytes > heldHeadBytes) return false;
    this.#guests.add(guest);
    this.#headBytes = headBytes;
    return true;
  }

  /** Leaving twice changes nothing. */
  leave(guest: Guest): void {
    if (this.#guests.delete(guest)) this.#headBytes -= guest.headBytes;
  }

  close(): void {
    this.#isClosed = true;
    for (const guest of [...this.#guests]) guest.sendAway();
  }
}
