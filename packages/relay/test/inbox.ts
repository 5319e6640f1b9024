/** Real milliseconds that a test waits for anything. */
const GUARD_MS = 5_000;

/** Lets a test wait for a state: whoever changes something calls `notify`. */
export class Inbox {
  readonly #waiting = new Set<() => void>();

  notify(): void {
    for (const look of [...this.#waiting]) look();
  }

  /** The first value of `look` that is neither undefined nor false. `look` may throw to give up. */
  until<T>(look: () => T | undefined | false, what: () => string = () => 'a state'): Promise<T> {
    return new Promise((resolve, reject) => {
      const check = () => {
        try {
          const found = look();
          if (found === undefined || found === false) return;
          settle();
          resolve(found);
        } catch (error) {
          settle();
          reject(error);
        }
      };
      const timer = setTimeout(() => {
        settle();
        reject(new Error(`waited in vain for ${what()}`));
      }, GUARD_MS);
      // States that tell nobody (counters of the relay) are looked at now and then.
      const ticker = setInterval(check, 5);
      const settle = () => {
        clearTimeout(timer);
        clearInterval(ticker);
        this.#waiting.delete(check);
      };
      this.#waiting.add(check);
      check();
    });
  }
}
