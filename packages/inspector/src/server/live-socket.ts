import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { ExchangeStore } from '../capture/exchange-store.ts';
import type { Access } from './access.ts';
import { LivePage } from './live-page.ts';
import type { StatusNews } from './status-news.ts';

/** Where pages and scripts hear of changes. `since`: the number up to which they know all. */
export const LIVE_PATH = '/api/v1/live';

/** Pages that are told of changes at the same time. */
const PAGES_MAX = 32;
/** Bytes of a message from a page, which has nothing to say. */
const HEARD_MAX = 1024;
const TOO_MANY = 1013;

export interface LiveSocketParts {
  readonly store: ExchangeStore;
  readonly status: StatusNews;
  readonly access: Access;
  readonly cookieName: () => string;
}

/** Decides on every upgrade of the inspector's server. Owner: the inspector, by `close`. */
export class LiveSocket {
  readonly #parts: LiveSocketParts;
  readonly #pages = new Set<LivePage>();
  readonly #server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: HEARD_MAX,
  });

  constructor(parts: LiveSocketParts) {
    this.#parts = parts;
  }

  /** For the server's `upgrade` event. Owns the socket. */
  readonly serverOnUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const refusal = this.#judge(request);
    if (refusal !== undefined) {
      refuse(socket, refusal);
      return;
    }
    const { store, status } = this.#parts;
    this.#server.handleUpgrade(request, socket, head, (opened) => {
      if (this.#pages.size >= PAGES_MAX) {
        opened.close(TOO_MANY, 'too many pages');
        return;
      }
      const page = new LivePage(opened, store, status, sinceOf(request));
      this.#pages.add(page);
      opened.on('close', () => this.#pages.delete(page));
    });
  };

  close(): void {
    for (const page of this.#pages) page.close();
  }

  /** The status of a refusal, if it is one. */
  #judge(request: IncomingMessage): number | undefined {
    const { access, cookieName } = this.#parts;
    const refusal = access.judge(request);
    if (refusal !== undefined) return refusal.status;
    if (pathOf(request) !== LIVE_PATH) return 404;
    return access.isKnown(request, cookieName()) ? undefined : 403;
  }
}

function pathOf({ url = '' }: IncomingMessage): string {
  return url.split('?', 1)[0] as string;
}

/** 0, nothing, for whoever names no number. */
function sinceOf(request: IncomingMessage): number {
  const query = new URLSearchParams(request.url?.slice(pathOf(request).length));
  const since = Number(query.get('since'));
  return Number.isSafeInteger(since) && since > 0 ? since : 0;
}

function refuse(socket: Duplex, status: number): void {
  socket.on('error', () => socket.destroy());
  socket.on('finish', () => socket.destroy());
  const lines = 'Connection: close\r\nContent-Length: 0\r\nX-Content-Type-Options: nosniff\r\n';
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines}\r\n`);
}
