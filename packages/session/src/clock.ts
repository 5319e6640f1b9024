/** A pending call; its owner cancels it when the thing it watches over ends. */
export interface Timer {
  cancel(): void;
}

/**
 * Time as an argument, so that tests own it. Milliseconds, monotonic: a jump of the wall clock
 * fires nothing.
 */
export interface Clock {
  now(): number;
  after(ms: number, fire: () => void): Timer;
  /** Behind everything that has already arrived in this turn: where writes are gathered. */
  soon(fire: () => void): void;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  after(ms, fire) {
    const timeout = setTimeout(fire, ms);
    return { cancel: () => clearTimeout(timeout) };
  },
  soon: (fire) => {
    setImmediate(fire);
  },
};

interface Entry {
  readonly at: number;
  readonly order: number;
  readonly fire: () => void;
}

/** A clock that moves only when told, firing what falls due in order of time, then of asking. */
export class VirtualClock implements Clock {
  #now = 0;
  #asked = 0;
  #entries: Entry[] = [];

  now(): number {
    return this.#now;
  }

  after(ms: number, fire: () => void): Timer {
    const entry = { at: this.#now + Math.max(0, ms), order: this.#asked++, fire };
    this.#entries.push(entry);
    return {
      cancel: () => {
        this.#entries = this.#entries.filter((other) => other !== entry);
      },
    };
  }

  soon(fire: () => void): void {
    this.after(0, fire);
  }

  /** Calls that wait. */
  get pending(): number {
    return this.#entries.length;
  }

  /** As if the process had been stopped: what fell due meanwhile fires late, in its order. */
  oversleep(ms: number): void {
    this.#now += ms;
  }

  advance(ms: number): void {
    const until = this.#now + ms;
    for (let next = this.#due(until); next !== undefined; next = this.#due(until)) {
      const due = next;
      this.#entries = this.#entries.filter((entry) => entry !== due);
      this.#now = Math.max(this.#now, due.at);
      due.fire();
    }
    this.#now = until;
  }

  #due(until: number): Entry | undefined {
    let first: Entry | undefined;
    for (const entry of this.#entries) {
      if (entry.at > until) continue;
      if (
        first === undefined ||
        entry.at < first.at ||
        (entry.at === first.at && entry.order < first.order)
      ) {
        first = entry;
      }
    }
    return first;
  }
}
