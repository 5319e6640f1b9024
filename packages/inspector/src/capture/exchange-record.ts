import type { ExchangeFact } from '@sellia/client';
import type { ExchangeDetail } from '../exchange/detail.ts';
import type { ExchangeRow, SocketRow } from '../exchange/row.ts';
import type { BlockPool } from './block-pool.ts';
import type { Listed } from './change-list.ts';
import { DroppedLog, type ReadLog } from './dropped-log.ts';
import type { EventTap } from './event-tap.ts';
import { eventTapFor } from './event-tap-for.ts';
import { FactLog } from './fact-log.ts';
import { type KeptMessage, LoggedMessage, messageDetail } from './kept-message.ts';
import { mayHaveOperation, operationOf } from './operation-of.ts';
import { kindOf, readOpening, readRow, readTiming, sideOf } from './read-facts.ts';
import { AT_FIRST, FIELD, NO_CLOSE, PLACES } from './record-fields.ts';
import { readHandshake } from './websocket/handshake.ts';
import type { SocketLevel } from './websocket/socket-detail.ts';
import { SocketTap } from './websocket/socket-tap.ts';
import { writeFact } from './write-fact.ts';

type Fact<Type extends ExchangeFact['type']> = Extract<ExchangeFact, { type: Type }>;

/** What all exchanges of a store share. */
export interface RecordHome {
  /** Begins every id. */
  readonly run: string;
  /** Bytes kept of each body from now on. */
  bodyBytes: number;
  readonly pool: BlockPool;
}

/** Where an exchange belongs. */
export interface RecordPlace {
  readonly id: string;
  readonly order: number;
  readonly tunnel: string;
  /** Bytes kept of each body. */
  readonly bodyBytes: number;
}

/** What few exchanges have. */
interface Rare {
  replays?: readonly string[];
  note?: string;
  tags?: readonly string[];
  /** Of an upgraded connection: its number on its tunnel's feed. */
  exchange?: number;
  socket?: SocketTap;
  /** Of a response that is a stream of events. */
  events?: EventTap;
  /** Of a request that may be GraphQL, once somebody has looked. */
  operation?: string;
  close?: NonNullable<SocketRow['close']>;
  /** Of one that was dropped after somebody had seen it. */
  dropped?: DroppedLog;
}

/**
 * Memory of an exchange beside its log: its objects, and those of dropped ones that wait for a collection
 * (measured, on a full store that has been passed through many times). And that of a WebSocket's figures.
 */
const OVERHEAD = 1024;
const SOCKET_OVERHEAD = 8 * 1024;

/**
 * One exchange as far as it has come. Its facts go into a log as they are, and are understood when somebody
 * looks: at most of them nobody ever does. Tells how much memory it takes.
 */
export class ExchangeRecord implements Listed {
  isPinned = false;
  /** Somebody may have it, and look at it after it was dropped. */
  isSeen = false;
  change = 0;
  older: Listed | undefined;
  newer: Listed | undefined;
  readonly #home: RecordHome;
  readonly #log: FactLog;
  #order = 0;
  #tunnel = '';
  #rare: Rare | undefined;

  /** Of nothing, until it begins. */
  constructor(home: RecordHome) {
    this.#home = home;
    this.#log = new FactLog(home.pool);
  }

  /** Becomes that of an exchange. `at`: Unix time in milliseconds. */
  begin(order: number, tunnel: string, at: number): void {
    this.#order = order;
    this.#tunnel = tunnel;
    this.#rare = undefined;
    this.#log.begin(AT_FIRST);
    this.#log.setNumber(FIELD.startedAt, at);
  }

  /** It is nobody's any more, and may begin again as that of another exchange. */
  get isSpare(): boolean {
    return this.isDropped && !this.isSeen;
  }

  /** Rises with each exchange. */
  get order(): number {
    return this.#order;
  }

  get id(): string {
    return idOf(this.#home, this.order);
  }

  get place(): RecordPlace {
    const { bodyBytes } = this.#home;
    return { id: this.id, order: this.order, tunnel: this.#tunnel, bodyBytes };
  }

  /** Bytes of memory, about; 0 once it was dropped. */
  get held(): number {
    if (this.#log.isDropped) return 0;
    const socket = this.#rare?.socket;
    const ofSocket = socket === undefined ? 0 : SOCKET_OVERHEAD + (socket.recorder?.held ?? 0);
    return OVERHEAD + this.#log.held + ofSocket + (this.#rare?.events?.held ?? 0);
  }

  /** Its store has forgotten it. */
  get isDropped(): boolean {
    return this.#log.isDropped;
  }

  /** Nothing more will happen to it but a report; nor will to one that was dropped. */
  get isOver(): boolean {
    return this.#log.number(FIELD.durationMs) >= 0;
  }

  /** Unix milliseconds; undefined while it goes on. */
  get endedAt(): number | undefined {
    if (!this.isOver) return undefined;
    return this.#log.number(FIELD.startedAt) + this.#log.number(FIELD.durationMs);
  }

  get request(): KeptMessage {
    return new LoggedMessage(this.#facts, PLACES.request);
  }

  get response(): KeptMessage {
    return new LoggedMessage(this.#facts, PLACES.response);
  }

  /** Of a WebSocket that was opened. */
  get socket(): SocketTap | undefined {
    return this.#rare?.socket;
  }

  /** Of a connection that was upgraded: its number on its tunnel's feed; 0 otherwise. */
  get exchange(): number {
    return this.#rare?.exchange ?? 0;
  }

  /** Of a response that is a stream of events or lines. */
  get events(): EventTap | undefined {
    return this.#rare?.events;
  }

  /** Ids of exchanges that repeat this one. */
  get replays(): readonly string[] {
    return this.#rare?.replays ?? [];
  }

  get note(): string {
    return this.#rare?.note ?? '';
  }

  set note(note: string) {
    this.#more.note = note;
  }

  /** As `tagsOf` makes them. */
  set tags(tags: readonly string[]) {
    this.#more.tags = tags;
  }

  /** Made anew at each look. */
  get row(): ExchangeRow {
    const logged = readRow(this.#facts);
    return {
      id: this.id,
      order: this.order,
      tunnel: this.#tunnel,
      ...logged,
      operation: this.#operation(logged),
      isPinned: this.isPinned,
      ...this.#tagField,
      ...this.#socketFields,
    };
  }

  get detail(): ExchangeDetail {
    const { tlsVersion, requestId } = readOpening(this.#facts);
    return {
      row: this.row,
      request: messageDetail(this.request),
      response: messageDetail(this.response),
      timing: readTiming(this.#facts),
      tlsVersion,
      requestId,
      replays: this.replays,
      note: this.note,
    };
  }

  /** What has happened to it. */
  tell(fact: ExchangeFact): void {
    writeFact(this.#log, fact, this.#home.bodyBytes);
    switch (fact.type) {
      case 'bodyChunk':
        this.#tap(fact);
        break;
      case 'responseHead':
        this.#answered(fact);
        break;
      case 'upgraded':
        this.#upgraded(fact);
        break;
      case 'closed':
      case 'failed':
        this.#ended(fact);
        break;
    }
  }

  /** Names one more that repeats it; of more than `most` the last ones stay. */
  addReplay(id: string, most: number): void {
    this.#more.replays = [...this.replays, id].slice(-most);
  }

  /** Contents of a WebSocket from now on, or (`stats`) no longer. False: it is none that is open. */
  setLevel(level: SocketLevel, at: number): boolean {
    const { socket } = this;
    if (socket === undefined || this.isOver || this.isDropped) return false;
    if (level === 'stats') socket.stopRecording();
    else socket.record(level, at);
    return true;
  }

  /** Gives its memory back. Whoever still has it finds what was known last, without contents. */
  drop(): void {
    if (this.isSeen && !this.isDropped) this.#more.dropped = new DroppedLog(this.#log);
    this.#rare?.socket?.stopRecording();
    this.#rare?.socket?.recorder?.clear();
    this.#rare?.events?.clear();
    this.#log.drop();
  }

  #tap({ direction, chunk, at, isOwn }: Fact<'bodyChunk'>): void {
    if (this.#rare === undefined) return;
    this.#rare.socket?.push(direction, chunk, at, isOwn);
    if (direction === 'response') this.#rare.events?.push(chunk, at);
  }

  #answered({ headers }: Fact<'responseHead'>): void {
    const events = eventTapFor(headers);
    if (events !== undefined) this.#more.events = events;
  }

  /** Looked for once, when the request is whole or at least answered. */
  #operation(
    row: Pick<ExchangeRow, 'method' | 'target' | 'requestType' | 'kind' | 'status'>,
  ): string {
    if (!mayHaveOperation(row)) return '';
    if (row.status === 0 && !this.isOver) return '';
    this.#more.operation ??= operationOf(row, this.request);
    return this.#more.operation;
  }

  #upgraded({ at, exchange }: Fact<'upgraded'>): void {
    this.#more.exchange = exchange;
    if (kindOf(this.#log) !== 'websocket') return;
    const status = this.#log.number(FIELD.status);
    const handshake = readHandshake(this.request.headers, this.response.headers, status);
    this.#more.socket = new SocketTap(handshake, at);
  }

  /** The relay's farewell is not among the bytes of either side. */
  #ended(fact: Fact<'closed' | 'failed'>): void {
    this.#rare?.events?.end(fact.at);
    if (this.socket === undefined || this.socket.close !== undefined) return;
    const broken = fact.type === 'failed' ? { code: NO_CLOSE, side: sideOf(fact.code) } : undefined;
    const close = fact.close ?? broken;
    if (close !== undefined) this.#more.close = { ...close, reason: '' };
  }

  get #tagField(): Pick<ExchangeRow, 'tags'> {
    const tags = this.#rare?.tags;
    return tags === undefined || tags.length === 0 ? {} : { tags };
  }

  /** Frames tell of a closing before the connection has ended. */
  get #socketFields(): Partial<Pick<ExchangeRow, 'socket' | 'state'>> {
    const { socket, close } = this.#rare ?? {};
    if (socket === undefined) return {};
    const row = { ...socket.snapshot(), ...(close === undefined ? {} : { close }) };
    return this.isOver ? { socket: row } : { socket: row, state: socket.state };
  }

  get #facts(): ReadLog {
    return this.#rare?.dropped ?? this.#log;
  }

  get #more(): Rare {
    this.#rare ??= {};
    return this.#rare;
  }
}

/** What an exchange of that order is called. */
export function idOf({ run }: RecordHome, order: number): string {
  return `${run}${order.toString(36)}`;
}
