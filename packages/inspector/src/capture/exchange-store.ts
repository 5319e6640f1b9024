import { randomBytes } from 'node:crypto';
import type { ExchangeFact, FactSubscriber } from '@sellia/client';
import { tagsOf } from '../exchange/tags.ts';
import { AgeQueue } from './age-queue.ts';
import { BlockPool } from './block-pool.ts';
import { ChangeList } from './change-list.ts';
import { DropList } from './drop-list.ts';
import { ExchangeRecord, idOf, type RecordHome } from './exchange-record.ts';
import { type CaptureLimits, TAGS_MAX } from './limits.ts';
import { RunningRecords } from './running-records.ts';
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

/** Records that wait to begin again. */
const SPARE_MAX = 64;

/**
 * Exchanges of all tunnels of a process, the newest ones, within a bound of bytes and number. Past
 * it the oldest is dropped that is not pinned. Reads the feeds; nobody waits for it.
 */
export class ExchangeStore {
  readonly #limits: CaptureLimits;
  /** How much is kept of each WebSocket that opens. */
  socketLevel: SocketLevel;
  readonly #home: RecordHome;
  /** Of these the oldest goes when there is no room. */
  readonly #ages = new AgeQueue<ExchangeRecord>();
  readonly #pinned = new AgeQueue<ExchangeRecord>();
  /**
   * Later than any number of a store before this one: whoever read that one begins again here. In
   * millionths of a second, since changes come faster than milliseconds.
   */
  readonly #firstVersion = Date.now() * 1000;
  readonly #changes = new ChangeList<ExchangeRecord>(this.#firstVersion);
  /** To begin again: a store that is full and not looked at makes no objects. */
  readonly #spare: ExchangeRecord[] = [];
  readonly #drops: DropList;
  #order = 0;
  #held = 0;
  #droppedCount = 0;
  #isPaused = false;

  /** `socketLevel`: how much is kept of each WebSocket from its first byte on. */
  constructor(limits: CaptureLimits, socketLevel: SocketLevel = 'stats') {
    this.#limits = limits;
    this.socketLevel = socketLevel;
    const run = randomBytes(3).toString('hex');
    this.#home = { run, bodyBytes: limits.bodyBytes, pool: new BlockPool() };
    this.#drops = new DropList(limits.droppedIds);
  }

  /** Bytes of memory, about. */
  get held(): number {
    return this.#held;
  }

  /** Kept of each body from now on. */
  get bodyBytes(): number {
    return this.#home.bodyBytes;
  }

  set bodyBytes(bodyBytes: number) {
    this.#home.bodyBytes = bodyBytes;
  }

  get maxBytes(): number {
    return this.#limits.totalBytes;
  }

  get size(): number {
    return this.#ages.size + this.#pinned.size;
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
    const running = new RunningRecords(this.#limits.running);
    return source.feed.subscribe((fact) => this.#onFact(source, running, fact));
  }

  get(id: string): ExchangeRecord | undefined {
    const order = Number.parseInt(id.slice(this.#home.run.length), 36);
    const record = this.#ages.get(order) ?? this.#pinned.get(order);
    return record?.id === id ? seen(record) : undefined;
  }

  /** The newest first. */
  *newest(): Generator<ExchangeRecord> {
    const all = [...this.#ages, ...this.#pinned].sort((one, other) => other.order - one.order);
    for (const record of all) yield seen(record);
  }

  changesSince(version: number): Changes {
    const isOfAnother = version > this.version || (version > 0 && version < this.#firstVersion);
    const isReset = isOfAnother || version < this.#drops.forgotten;
    const from = isReset ? 0 : version;
    return {
      version: this.version,
      records: this.#changes.since(from).map(seen),
      dropped: isReset ? [] : this.#drops.since(from).map((order) => idOf(this.#home, order)),
      isReset,
    };
  }

  /** False: there is no such exchange, or pinned ones would take more than half of what there is. */
  pin(id: string, isPinned: boolean): boolean {
    const record = this.get(id);
    if (record === undefined) return false;
    if (record.isPinned === isPinned) return true;
    if (isPinned && !this.#mayPin(record)) return false;
    const [from, to] = isPinned ? [this.#ages, this.#pinned] : [this.#pinned, this.#ages];
    from.remove(record);
    to.insert(record);
    record.isPinned = isPinned;
    this.#changes.changed(record);
    return true;
  }

  /**
   * How much of a WebSocket is kept from now on. False: there is no such one that is open. `at`: Unix
   * time in milliseconds.
   */
  setLevel(id: string, level: SocketLevel, at: number): boolean {
    const record = this.get(id);
    return record !== undefined && this.#setLevel(record, level, at);
  }

  note(id: string, note: string): boolean {
    const record = this.get(id);
    if (record === undefined) return false;
    record.note = note.slice(0, this.#limits.noteLength);
    this.#changes.changed(record);
    return true;
  }

  /** In place of those that it had. What is no tag, or too many, is left out. */
  tag(id: string, tags: readonly string[]): boolean {
    const record = this.get(id);
    if (record === undefined) return false;
    record.tags = tagsOf(tags).slice(0, TAGS_MAX);
    this.#changes.changed(record);
    return true;
  }

  /** Drops all but the pinned ones; with `upTo` none of a higher order. How many that were. */
  clear(upTo = Number.POSITIVE_INFINITY): number {
    let count = 0;
    while (this.#ages.size > 0 && (this.#ages.oldest as ExchangeRecord).order <= upTo) {
      this.#dropOldest();
      count++;
    }
    return count;
  }

  #onFact(source: FeedSource, running: RunningRecords, fact: ExchangeFact): void {
    // Looked at once: see `writeFact`.
    const { type, exchange } = fact;
    const isNew = type === 'opened' || type === 'refused';
    const record = isNew ? this.#begun(source, running, fact) : running.get(exchange);
    // One that was dropped while it runs is nobody's any more, and must not grow.
    if (record === undefined || record.isDropped) return;
    this.#tell(record, fact);
    if (type === 'opened') this.#linkReplay(record, fact);
    else if (type === 'upgraded') this.#setLevel(record, this.socketLevel, fact.at);
    else if (type === 'reported') running.delete(exchange);
    else if (type === 'closed' || type === 'failed') running.isOver(exchange);
  }

  #begun(
    source: FeedSource,
    running: RunningRecords,
    fact: ExchangeFact,
  ): ExchangeRecord | undefined {
    if (this.#isPaused) return undefined;
    const record = this.#add(source, fact.at);
    if (fact.type === 'opened') running.add(fact.exchange, record);
    return record;
  }

  #tell(record: ExchangeRecord, fact: ExchangeFact): void {
    const before = record.held;
    record.tell(fact);
    this.#held += record.held - before;
    this.#changes.changed(record);
    this.#makeRoom();
  }

  #setLevel(record: ExchangeRecord, level: SocketLevel, at: number): boolean {
    const before = record.held;
    const isSet = record.setLevel(level, at);
    this.#held += record.held - before;
    this.#changes.changed(record);
    return isSet;
  }

  /** Only of one that no visitor has sent: the rest is not looked at here. */
  #linkReplay(
    record: ExchangeRecord,
    { opening }: Extract<ExchangeFact, { type: 'opened' }>,
  ): void {
    const replayOf = opening.visitorAddress === '' ? record.row.replayOf : '';
    const original = replayOf === '' ? undefined : this.get(replayOf);
    if (original === undefined) return;
    original.addReplay(record.id, this.#limits.replays);
    this.#changes.changed(original);
  }

  #add({ name }: FeedSource, at: number): ExchangeRecord {
    const record = this.#spare.pop() ?? new ExchangeRecord(this.#home);
    record.begin(++this.#order, name, at);
    this.#ages.push(record);
    this.#held += record.held;
    return record;
  }

  #makeRoom(): void {
    const { totalBytes, exchanges } = this.#limits;
    while ((this.#held > totalBytes || this.size > exchanges) && this.#ages.size > 0) {
      this.#dropOldest();
      this.#droppedCount++;
    }
  }

  #dropOldest(): void {
    const record = this.#ages.shift() as ExchangeRecord;
    this.#held -= record.held;
    record.drop();
    this.#drops.add(record.order, this.#changes.remove(record));
    if (record.isSpare && this.#spare.length < SPARE_MAX) this.#spare.push(record);
  }

  #mayPin({ held }: ExchangeRecord): boolean {
    const { totalBytes, exchanges } = this.#limits;
    const bytes = [...this.#pinned].reduce((sum, pinned) => sum + pinned.held, held);
    return bytes <= totalBytes / 2 && this.#pinned.size < exchanges / 2;
  }
}

/** Somebody may still have it when it is dropped. */
function seen(record: ExchangeRecord): ExchangeRecord {
  record.isSeen = true;
  return record;
}
