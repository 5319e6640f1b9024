/** Seconds that a sparkline shows. */
export const RING_SECONDS = 60;
const MOST = 0xffff_ffff;

/**
 * Messages and bytes of both directions in each of the last 60 seconds, in two typed arrays: 960
 * bytes a socket, however much goes by. Up is 0, down is 1. A clock set back counts on in the newest
 * second; one set back by more than the ring begins it anew.
 */
export class TrafficRing {
  readonly #messages = new Uint32Array(2 * RING_SECONDS);
  readonly #bytes = new Uint32Array(2 * RING_SECONDS);
  /** Unix second of the newest bucket. */
  #second: number;
  /** Busiest second so far, per direction. */
  readonly peakMessages: [number, number] = [0, 0];
  readonly peakBytes: [number, number] = [0, 0];

  constructor(atMs: number) {
    this.#second = Math.floor(atMs / 1000);
  }

  /** Makes the second of `atMs` the newest one. */
  advance(atMs: number): void {
    const second = Math.floor(atMs / 1000);
    const step = second - this.#second;
    if (step === 0 || (step < 0 && step > -RING_SECONDS)) return;
    const emptied = step < 0 ? RING_SECONDS : Math.min(step, RING_SECONDS);
    for (let i = 0; i < emptied; i++) {
      const slot = slotOf(second - i);
      this.#messages[slot] = 0;
      this.#messages[slot + RING_SECONDS] = 0;
      this.#bytes[slot] = 0;
      this.#bytes[slot + RING_SECONDS] = 0;
    }
    this.#second = second;
  }

  addBytes(way: 0 | 1, count: number): void {
    const slot = slotOf(this.#second) + way * RING_SECONDS;
    const sum = Math.min(MOST, (this.#bytes[slot] as number) + count);
    this.#bytes[slot] = sum;
    if (sum > this.peakBytes[way]) this.peakBytes[way] = sum;
  }

  addMessage(way: 0 | 1): void {
    const slot = slotOf(this.#second) + way * RING_SECONDS;
    const sum = (this.#messages[slot] as number) + 1;
    this.#messages[slot] = sum;
    if (sum > this.peakMessages[way]) this.peakMessages[way] = sum;
  }

  /** 60 numbers, the newest second last. */
  messages(way: 0 | 1): number[] {
    return this.#read(this.#messages, way);
  }

  /** 60 numbers, the newest second last. */
  bytes(way: 0 | 1): number[] {
    return this.#read(this.#bytes, way);
  }

  #read(ring: Uint32Array, way: 0 | 1): number[] {
    const seconds: number[] = [];
    for (let i = RING_SECONDS - 1; i >= 0; i--) {
      seconds.push(ring[slotOf(this.#second - i) + way * RING_SECONDS] as number);
    }
    return seconds;
  }
}

function slotOf(second: number): number {
  return ((second % RING_SECONDS) + RING_SECONDS) % RING_SECONDS;
}
