import type { ExchangeStore } from '../capture/exchange-store.ts';
import type { SocketLevel } from '../capture/websocket/socket-detail.ts';
import { type MoreSecrets, moreSecrets } from '../copy/secrets.ts';

/** What a person can set. */
export interface SettingValues {
  /** Names of headers, parameters and fields that are masked beside the known ones. */
  readonly redact: readonly string[];
  /** Bytes kept of each body from now on. */
  readonly bodyBytes: number;
  /** How much is kept of each WebSocket that opens from now on. */
  readonly socketLevel: SocketLevel;
}

/** What was set since the program began; it forgets it when it ends. */
export class Settings {
  readonly #store: ExchangeStore;
  #redact: readonly string[] = [];
  #more: MoreSecrets = moreSecrets([]);

  constructor(store: ExchangeStore) {
    this.#store = store;
  }

  get values(): SettingValues {
    const { bodyBytes, socketLevel } = this.#store;
    return { redact: this.#redact, bodyBytes, socketLevel };
  }

  /** `redact` as the functions of `copy/secrets.ts` want it. */
  get more(): MoreSecrets {
    return this.#more;
  }

  change({ redact, bodyBytes, socketLevel }: Partial<SettingValues>): void {
    if (bodyBytes !== undefined) this.#store.bodyBytes = bodyBytes;
    if (socketLevel !== undefined) this.#store.socketLevel = socketLevel;
    if (redact === undefined) return;
    this.#redact = [...new Set(redact)];
    this.#more = moreSecrets(redact);
  }
}
