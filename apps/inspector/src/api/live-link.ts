import { ApiFailure, api } from './api.ts';
import type { LiveChanges, Status } from './types.ts';

/** How the page stands with its server. `locked`: it wants the token of the printed link. */
export type LinkState = 'connecting' | 'live' | 'lost' | 'locked';

export interface LiveListener {
  /** All is told of up to this number; 0 for nothing yet. */
  readonly version: number;
  onChanges(changes: LiveChanges): void;
  onStatus(status: Status): void;
  onLink(state: LinkState): void;
}

/** Milliseconds until the next attempt: doubled each time, up to the last. */
const RETRY_MS = 250;
const RETRY_MAX_MS = 5_000;

/**
 * Hears of changes over one socket, and comes back by number after a loss: nothing is missed, and
 * nothing is told twice. Owner: whoever starts it, by `close`.
 */
export class LiveLink {
  readonly #listener: LiveListener;
  #socket: WebSocket | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #retryMs = RETRY_MS;
  #isClosed = false;
  #isLocked = false;

  constructor(listener: LiveListener) {
    this.#listener = listener;
    this.#connect();
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#socket?.close();
  }

  /** Does not wait for the time of the next attempt. */
  retry(): void {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#connect();
  }

  #connect(): void {
    this.#timer = undefined;
    const url = new URL(`/api/v1/live?since=${this.#listener.version}`, location.href);
    url.protocol = url.protocol.replace('http', 'ws');
    const socket = new WebSocket(url);
    this.#socket = socket;
    socket.onmessage = ({ data }) => this.#onMessage(JSON.parse(data));
    socket.onopen = () => {
      this.#retryMs = RETRY_MS;
      this.#isLocked = false;
      this.#listener.onLink('live');
    };
    socket.onclose = () => void this.#onClose();
  }

  #onMessage(message: LiveChanges | (Status & { readonly type: 'status' })): void {
    if (message.type === 'changes') this.#listener.onChanges(message);
    else if (message.type === 'status') this.#listener.onStatus(message);
  }

  /** A socket does not say why it was refused; a request does. */
  async #onClose(): Promise<void> {
    if (this.#isClosed) return;
    // Being locked is known already; to say "lost" for a moment at each attempt would only flicker.
    if (!this.#isLocked) this.#listener.onLink('lost');
    const wait = this.#retryMs * (0.75 + Math.random() / 2);
    this.#timer = setTimeout(() => this.#connect(), wait);
    this.#retryMs = Math.min(RETRY_MAX_MS, 2 * this.#retryMs);
    const isLocked = await api.status().then(
      () => false,
      (error) => error instanceof ApiFailure && error.status === 403,
    );
    if (this.#isClosed || this.#timer === undefined) return;
    if (isLocked !== this.#isLocked) this.#listener.onLink(isLocked ? 'locked' : 'lost');
    this.#isLocked = isLocked;
  }
}
