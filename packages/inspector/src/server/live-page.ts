import type { WebSocket } from 'ws';
import type { ExchangeRecord } from '../capture/exchange-record.ts';
import type { ExchangeStore } from '../capture/exchange-store.ts';
import type { LiveChanges } from '../exchange/live.ts';
import type { StatusNews } from './status-news.ts';

/** Milliseconds between two messages: three frames of a screen. */
const EVERY_MS = 50;
/** Rows in one message: what is made into text in one turn must not hold up the tunnel. */
const ROWS_MAX = 500;
/** A page that has not taken so many bytes is told nothing more until it has. */
const UNREAD_MAX = 256 * 1024;

/**
 * Tells one page the status, and what has changed since the number it names, until it leaves. It keeps
 * that number and the exchanges it is in the midst of telling, and no text: a page that stops reading
 * costs no memory, and when it reads again it gets what there is then, each exchange once.
 */
export class LivePage {
  readonly #socket: WebSocket;
  readonly #store: ExchangeStore;
  readonly #status: StatusNews;
  readonly #timer: NodeJS.Timeout;
  /** What the page knows; what it will know when the queue is told. */
  #told: number;
  #version: number;
  #queue: readonly ExchangeRecord[] = [];
  /** What it knows of the status. */
  #statusVersion = 0;

  /** `since`: what the page has read of this store; 0 for nothing. Owns the socket from here on. */
  constructor(socket: WebSocket, store: ExchangeStore, status: StatusNews, since: number) {
    this.#socket = socket;
    this.#store = store;
    this.#status = status;
    this.#told = since;
    this.#version = since;
    this.#timer = setInterval(() => this.#look(), EVERY_MS);
    socket.on('close', () => this.close());
    socket.on('error', () => this.close());
    this.#look();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#queue = [];
    this.#socket.terminate();
  }

  #look(): void {
    if (this.#socket.bufferedAmount > UNREAD_MAX) return;
    this.#tellStatus();
    if (this.#queue.length > 0) {
      this.#tell([], false);
    } else if (this.#store.version !== this.#version) {
      const { version, records, dropped, isReset } = this.#store.changesSince(this.#version);
      this.#version = version;
      this.#queue = records;
      this.#tell(dropped, isReset);
    }
  }

  #tellStatus(): void {
    const { version } = this.#status;
    if (version === this.#statusVersion) return;
    this.#statusVersion = version;
    this.#socket.send(this.#status.text);
  }

  /** The next part; only behind the last one the page may name the number as its own. */
  #tell(dropped: readonly string[], isReset: boolean): void {
    const rows = this.#queue.slice(0, ROWS_MAX).map(({ row }) => row);
    this.#queue = this.#queue.slice(ROWS_MAX);
    if (this.#queue.length === 0) this.#told = this.#version;
    const { droppedCount } = this.#store;
    const version = this.#told;
    const message: LiveChanges = { type: 'changes', version, isReset, rows, dropped, droppedCount };
    this.#socket.send(JSON.stringify(message));
  }
}
