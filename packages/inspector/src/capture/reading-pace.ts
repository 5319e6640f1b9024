/** Bytes a second that are looked at: more than people read, and a few milliseconds of a second. */
const BYTES_MAX = 1024 * 1024;
const SECOND_MS = 1_000;

/** Keeps those who read what passes from holding up the tunnel. */
export class ReadingPace {
  #second = 0;
  #bytes = 0;

  /** Whether that many bytes more may be looked at in the second of `atMs`. */
  admits(bytes: number, atMs: number): boolean {
    const second = Math.floor(atMs / SECOND_MS);
    if (second !== this.#second) this.#bytes = 0;
    this.#second = second;
    this.#bytes += bytes;
    return this.#bytes <= BYTES_MAX;
  }
}
