import type { ShownEvent } from './shape/kept-events.ts';

/** Events and characters that the page keeps of one stream; the oldest go first. */
const EVENTS_KEPT = 5_000;
const CHARACTERS_KEPT = 8 * 1024 * 1024;

/** The newest events of a stream, as the page has heard of them. */
export class EventLog {
  #events: readonly ShownEvent[] = [];
  #characters = 0;

  /** Number of the newest one; 0 before one. */
  get newest(): number {
    return this.#events.at(-1)?.number ?? 0;
  }

  /** A new list with each change. */
  get events(): readonly ShownEvent[] {
    return this.#events;
  }

  /** Those that were dropped, here or before they were heard of. */
  get missing(): number {
    return this.newest - this.#events.length;
  }

  /** `heard`: the oldest first; those that are known already are passed over. */
  add(heard: readonly ShownEvent[]): void {
    const known = this.newest;
    const added = heard.filter(({ number }) => number > known);
    if (added.length === 0) return;
    const events = [...this.#events, ...added];
    for (const { text } of added) this.#characters += text.length;
    let first = 0;
    while (events.length - first > EVENTS_KEPT || this.#characters > CHARACTERS_KEPT) {
      this.#characters -= events[first]?.text.length ?? 0;
      first++;
    }
    this.#events = events.slice(first);
  }
}
