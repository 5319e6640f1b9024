import { randomBytes } from 'node:crypto';
import type { ExchangeFact, FactSubscriber } from '@sellia/client';
import { AgeQueue } from './age-queue.ts';
import { ChangeList, type Listed } from './change-list.ts';
import { ExchangeRecord } from './exchange-record.ts';
import type { CaptureLimits } from './limits.ts';
import type { SocketLevel } from './websocket/socket-detail.ts';

/** A tunnel as far as its exchanges go. */
export interface FeedSource {
  readonly name: string;
  readonly feed: { subscribe(subscriber: FactSubscriber): () => void };
}

/** What has changed since a number. */
export interface Changes {
  /** Up to here. */
  readonly version: number;
  /** In the order of their last change. */
  readonly records: readonly ExchangeRecord[];
  readonly dropped: readonly string[];
  /** Too much was dropped since: whoever reads must begin anew, with these records alone. */
  readonly isReset: boolean;
}

class Entry implements Listed {
  readonly record: ExchangeRecord;
  version = 0;
  older: Listed | undefined;
  newer: Listed | undefined;
  /** Stands among the ages. */
  isQueued = false;

  constructor(record: ExchangeRecord) {
    this.record = record;
  }
}

/**
 * Exchanges of all tunnels of a process, the newest ones, within a bound of bytes and number. Past
 * it the oldest is dropped that is not pinned. Reads the feeds; nobody waits for it.
 */
export class ExchangeStore {
  readonly #limits: CaptureLimits;
  readonly #run = randomBytes(3).toString('hex');
  /** By id, the oldest first. */
  readonly #entries = new Map<string, Entry>();
  readonly #changes = new ChangeList<Entry>();
  /** Who goes first when there is no room; also such as were dropped, or pinned, meanwhile. */
  readonly #ages = new AgeQueue<Entry>();
  /** Ids that were dropped, each with the number it was dropped at. */
  #dropped: { readonly id: string; readonly version: number }[] = [];
  /** Who has read less than this has to begin anew. */
  #forgottenVersion = 0;
  #order = 0;
  #held = 0;
  #droppedCount = 0;
  #isPaused = false;

  constructor(limits: CaptureLimits) {
    this.#limits = limits;
  }

  /** Bytes of memory, about. */
  get held(): number {
    return this.#held;
  }

  get maxBytes(): number {
    return this.#limits.totalBytes;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** How many exchanges had to go for later ones. */
  get droppedCount(): number {
    return this.#droppedCount;
  }

  get version(): number {
    return this.#changes.version;
  }

  /** Takes no new exchanges; those that run are followed to their end. */
  set isPaused(isPaused: boolean) {
    this.#isPaused = isPaused;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** Reads that tunnel from now on. Returns what ends it. */
  attach(source: FeedSource): () => void {
    const running = new Map<number, Entry>();
    return source.feed.subscribe((fact) => this.#onFact(source, running, fact));
  }

  get(id: string): ExchangeRecord | undefined {
    return this.#entries.get(id)?.record;
  }

  /** The newest first. */
  *newest(): Generator<ExchangeRecord> {
    const all = [...this.#entries.values()];
    for (let i = all.length - 1; i >= 0; i--) yield (all[i] as Entry).record;
  }

  changesSince(version: number): Changes {
    const isReset = version < this.#forgottenVersion || version > this.version;
    const from = isReset ? 0 : version;
    const dropped = isReset ? [] : this.#dropped.filter((drop) => drop.version > from);
    return {
      version: this.version,
      records: this.#changes.since(from).map(({ record }) => record),
      dropped: dropped.map(({ id }) => id),
      isReset,
    };
  }

  /** False: there is no such exchange, or pinned ones would take more than half of the memory. */
  pin(id: string, isPinned: boolean): boolean {
    const entry = this.#entries.get(id);
    if (entry === undefined) return false;
    if (isPinned && this.#pinnedBytes() + entry.record.held > this.#limits.totalBytes / 2) {
      return false;
    }
    // Pinned, it loses its place among the others; later it begins anew as the youngest.
    if (entry.record.isPinned && !isPinned) this.#queue(entry);
    entry.record.isPinned = isPinned;
    this.#touch(entry);
    return true;
  }

  /**
   * How much of a WebSocket is kept from now on. False: there is no such one that is open. `at`: Unix
   * time in milliseconds.
   */
  setLevel(id: string, level: SocketLevel, at: number): boolean {
    const entry = this.#entries.get(id);
    if (entry === undefined) return false;
    const before = entry.record.held;
    const isSet = entry.record.setLevel(level, at);
    this.#held += entry.record.held - before;
    this.#touch(entry);
    return isSet;
  }

  note(id: string, note: string): boolean {
    const entry = this.#entries.get(id);
    if (entry === undefined) return false;
    entry.record.note = note.slice(0, this.#limits.noteLength);
    this.#touch(entry);
    return true;
  }

  /** Drops all but the pinned ones. How many that were. */
  clear(): number {
    const gone = [...this.#entries.values()].filter(({ record }) => !record.isPinned);
    for (const entry of gone) this.#drop(entry);
    this.#ages.retain((entry) => this.#isKept(entry));
    return gone.length;
  }

  #onFact(source: FeedSource, running: Map<number, Entry>, fact: ExchangeFact): void {
    if (fact.type === 'refused') {
      if (!this.#isPaused) this.#change(this.#add(source, fact.at), (record) => record.tell(fact));
      return;
    }
    if (fact.type === 'opened' && !this.#isPaused) {
      running.set(fact.exchange, this.#add(source, fact.at));
    }
    const entry = running.get(fact.exchange);
    if (entry === undefined) return;
    this.#change(entry, (record) => record.tell(fact));
    if (fact.type === 'requestHead') this.#linkReplay(entry.record);
    if (fact.type === 'reported') running.delete(fact.exchange);
    else if (entry.record.isOver) this.#awaitReport(running);
  }

  #linkReplay({ replayOf, place }: ExchangeRecord): void {
    const original = this.#entries.get(replayOf);
    if (original === undefined) return;
    const { replays } = original.record;
    if (replays.length === this.#limits.replays) replays.shift();
    replays.push(place.id);
    this.#touch(original);
  }

  /** Reports come within a round trip, or never: exchanges that are over give way to others. */
  #awaitReport(running: Map<number, Entry>): void {
    if (running.size <= this.#limits.running) return;
    for (const [number, { record }] of running) {
      if (!record.isOver) continue;
      running.delete(number);
      return;
    }
  }

  #add({ name }: FeedSource, at: number): Entry {
    const order = ++this.#order;
    const id = `${this.#run}${order.toString(36)}`;
    const { bodyBytes } = this.#limits;
    const entry = new Entry(new ExchangeRecord({ id, order, tunnel: name, bodyBytes }, at));
    this.#entries.set(id, entry);
    this.#queue(entry);
    this.#held += entry.record.held;
    return entry;
  }

  #change(entry: Entry, apply: (record: ExchangeRecord) => void): void {
    const { record } = entry;
    const before = record.held;
    apply(record);
    // One that was dropped while it runs is nobody's any more, and must not grow.
    if (!this.#isKept(entry)) {
      record.dropBodies();
      return;
    }
    this.#held += record.held - before;
    this.#changes.changed(entry);
    this.#makeRoom();
  }

  #touch(entry: Entry): void {
    entry.record.touch();
    this.#changes.changed(entry);
  }

  #makeRoom(): void {
    while (this.#held > this.#limits.totalBytes || this.#entries.size > this.#limits.exchanges) {
      const oldest = this.#oldestUnpinned();
      if (oldest === undefined) return;
      this.#drop(oldest);
      this.#droppedCount++;
    }
  }

  #oldestUnpinned(): Entry | undefined {
    for (;;) {
      const entry = this.#ages.shift();
      if (entry === undefined) return undefined;
      entry.isQueued = false;
      if (this.#isKept(entry) && !entry.record.isPinned) return entry;
    }
  }

  #queue(entry: Entry): void {
    if (entry.isQueued) return;
    entry.isQueued = true;
    this.#ages.push(entry);
  }

  #isKept(entry: Entry): boolean {
    return this.#entries.get(entry.record.place.id) === entry;
  }

  #drop(entry: Entry): void {
    const { record } = entry;
    this.#entries.delete(record.place.id);
    const version = this.#changes.remove(entry);
    this.#held -= record.held;
    record.dropBodies();
    this.#dropped.push({ id: record.place.id, version });
    if (this.#dropped.length <= this.#limits.droppedIds) return;
    const forgotten = this.#dropped.splice(0, this.#limits.droppedIds / 2);
    this.#forgottenVersion = forgotten.at(-1)?.version ?? 0;
  }

  #pinnedBytes(): number {
    let bytes = 0;
    for (const { record } of this.#entries.values()) if (record.isPinned) bytes += record.held;
    return bytes;
  }
}
