interface Arrival {
  readonly bytes: Buffer;
  readonly atMs: number;
}

/** What an arrival costs beside its bytes, so that one-byte chunks are bounded too. */
const ARRIVAL_COST = 256;

/** Taken entries are dropped from the array this many at a time. */
const COMPACT_AT = 1_024;

/** Bytes on their way, with the time of their arrival, in order. Its lane bounds it by `cost`. */
export class DelayLine {
  #arrivals: Arrival[] = [];
  #first = 0;
  /** Bytes of the first arrival that were taken already. */
  #taken = 0;
  #cost = 0;
  #length = 0;

  /** Bytes that wait. */
  get length(): number {
    return this.#length;
  }

  /** Bytes it takes in memory, or a little less. */
  get cost(): number {
    return this.#cost;
  }

  /** When the first byte arrived; undefined when there is none. */
  get firstAtMs(): number | undefined {
    return this.#arrivals[this.#first]?.atMs;
  }

  push(bytes: Buffer, atMs: number): void {
    this.#arrivals.push({ bytes, atMs });
    this.#length += bytes.length;
    this.#cost += bytes.length + ARRIVAL_COST;
  }

  /** The next bytes, of one arrival, at most `max`. */
  take(max: number): Buffer {
    const arrival = this.#arrivals[this.#first];
    if (arrival === undefined) return Buffer.alloc(0);
    const piece = arrival.bytes.subarray(this.#taken, this.#taken + max);
    this.#taken += piece.length;
    this.#length -= piece.length;
    if (this.#taken === arrival.bytes.length) this.#drop(arrival);
    return piece;
  }

  clear(): void {
    this.#arrivals = [];
    this.#first = 0;
    this.#taken = 0;
    this.#cost = 0;
    this.#length = 0;
  }

  #drop(arrival: Arrival): void {
    this.#cost -= arrival.bytes.length + ARRIVAL_COST;
    this.#taken = 0;
    this.#first++;
    if (this.#first < COMPACT_AT) return;
    this.#arrivals.splice(0, this.#first);
    this.#first = 0;
  }
}
