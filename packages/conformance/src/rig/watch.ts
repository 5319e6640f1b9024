/** Real milliseconds that a test waits for anything before it fails with a reason. */
export const GUARD_MS = 5_000;

/**
 * Lets a test wait for a state instead of sleeping: whoever changes something calls `notify`, and
 * everyone who waits looks again.
 */
export class Watch {
  readonly #waiting = new Set<() => void>();

  notify(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const look of waiting) look();
  }

  /** The first value of `look` that is neither undefined nor false. `look` may throw to give up. */
  async until<T>(
    look: () => T | undefined | false,
    describe: () => string,
    guardMs = GUARD_MS,
  ): Promise<T> {
    const deadline = performance.now() + guardMs;
    for (;;) {
      const found = look();
      if (found !== undefined && found !== false) return found;
      await this.#changed(deadline, describe);
    }
  }

  #changed(deadline: number, describe: () => string): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = () => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(
        () => {
          this.#waiting.delete(look);
          reject(new Error(`waited in vain: ${describe()}`));
        },
        Math.max(0, deadline - performance.now()),
      );
      this.#waiting.add(look);
    });
  }
}

/** For states that tell nobody (counters of another component): looks every few milliseconds. */
export async function eventually<T>(
  look: () => T | undefined | false,
  describe: () => string,
  guardMs = GUARD_MS,
): Promise<T> {
  const deadline = performance.now() + guardMs;
  for (;;) {
    const found = look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > deadline) throw new Error(`waited in vain: ${describe()}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** Bytes as a test reads them in a failure: escaped, and cut. */
export function shown(bytes: Buffer | string, max = 600): string {
  const text = typeof bytes === 'string' ? bytes : bytes.subarray(0, max).toString('latin1');
  return JSON.stringify(text.slice(0, max));
}

/** Strings are latin1: one character, one byte. */
export function bytesOf(bytes: string | Uint8Array): Buffer {
  return typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : Buffer.from(bytes);
}
