import type { SocketMessage } from '../../api/types.ts';
import { EVERYTHING, type MessageFilter, type MessageTest, messageTest } from './message-filter.ts';
import { MessageLog } from './message-log.ts';
import type { Readings } from './readings.ts';

/** What the list shows. A new one with every change. */
export interface MessageView {
  /** What matches, the oldest first. */
  readonly shown: readonly SocketMessage[];
  /** How many there are in all. */
  readonly total: number;
  readonly missed: number;
  readonly letGo: number;
  readonly filter: MessageFilter;
  /** What is wrong with the filter; empty when all is well. */
  readonly problem: string;
  /** Not all have been looked at yet. */
  readonly isSearching: boolean;
}

/** Milliseconds of a frame that searching may take. */
const TURN_MS = 6;

/**
 * Messages of one WebSocket and which of them are shown. Each is looked at once by a filter, in turns
 * that leave the frame its time. Owner: whoever made it, by `close`.
 */
export class MessageStore {
  readonly #readings: Readings;
  readonly #log = new MessageLog();
  readonly #listeners = new Set<() => void>();
  #filter = EVERYTHING;
  #test: MessageTest | undefined;
  #problem = '';
  #verdicts = new WeakMap<SocketMessage, boolean>();
  #frame = 0;
  #view: MessageView;

  constructor(readings: Readings) {
    this.#readings = readings;
    this.#view = this.#make([], false);
  }

  /** Number of the newest message; 0 before one. */
  get newest(): number {
    return this.#log.newest;
  }

  /** All that are held, whatever the filter. */
  get messages(): readonly SocketMessage[] {
    return this.#log.messages;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly view = (): MessageView => this.#view;

  add(messages: readonly SocketMessage[]): void {
    if (messages.length === 0) return;
    this.#log.add(messages);
    this.#look();
  }

  filterBy(filter: MessageFilter): void {
    const { test, problem } = messageTest(filter);
    this.#filter = filter;
    this.#test = test;
    this.#problem = problem;
    this.#verdicts = new WeakMap();
    this.#look();
  }

  close(): void {
    cancelAnimationFrame(this.#frame);
  }

  /** From the newest on, as far as the time goes; the rest in the next frame. */
  #look(): void {
    cancelAnimationFrame(this.#frame);
    const endAt = performance.now() + TURN_MS;
    const shown: SocketMessage[] = [];
    let isLate = false;
    for (const message of this.#log.messages.toReversed()) {
      if (!isLate) isLate = performance.now() > endAt;
      if (this.#holds(message, isLate)) shown.push(message);
    }
    this.#view = this.#make(shown.reverse(), isLate);
    for (const listener of this.#listeners) listener();
    if (isLate) this.#frame = requestAnimationFrame(() => this.#look());
  }

  #holds(message: SocketMessage, isLate: boolean): boolean {
    if (this.#test === undefined) return true;
    const known = this.#verdicts.get(message);
    if (known !== undefined || isLate) return known ?? false;
    const verdict = this.#test(message, () => this.#readings.searched(message));
    this.#verdicts.set(message, verdict);
    return verdict;
  }

  #make(shown: readonly SocketMessage[], isSearching: boolean): MessageView {
    const { messages, missed, letGo } = this.#log;
    const [filter, problem] = [this.#filter, this.#problem];
    return { shown, total: messages.length, missed, letGo, filter, problem, isSearching };
  }
}
