import { Buffer } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { limits } from '@sellia/protocol';
import { type ClientOptions, type RawData, WebSocket, WebSocketServer } from 'ws';
import { SLAB_SIZE } from './slab-pool.ts';
import type { Transport, TransportHandler } from './transport.ts';

/** A peer that does not answer our close frame is cut off after this. */
const CLOSE_MS = 1_000;
/** Our encoder never fragments a message; a proxy may, a little. */
const FRAGMENTS_MAX = 64;
/**
 * Pieces in which a message may arrive. What a sender takes for a new or a slow link, a fourth of
 * LINK_FLOOR, gets through with one byte in a segment, the largest message with four.
 */
const PIECES_MAX = 20 * 1024;

const LIMITS = {
  perMessageDeflate: false,
  maxPayload: SLAB_SIZE,
  maxFragments: FRAGMENTS_MAX,
  maxBufferedChunks: PIECES_MAX,
  skipUTF8Validation: true,
} as const;

/** A transport over one WebSocket. */
class WebSocketTransport implements Transport {
  readonly #socket: WebSocket;
  #handler: TransportHandler | undefined;
  #early: Uint8Array[] = [];
  #reason = 'the control socket closed';
  #closed = false;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.binaryType = 'nodebuffer';
    socket.on('message', this.#socketOnMessage);
    socket.on('error', this.#socketOnError);
    socket.on('close', this.#socketOnClose);
  }

  get buffered(): number {
    return this.#socket.bufferedAmount;
  }

  /** What came before is told in a later turn: the session is still being made in this one. */
  listen(handler: TransportHandler): void {
    if (this.#handler !== undefined) {
      this.#handler = handler;
      return;
    }
    queueMicrotask(() => {
      this.#handler = handler;
      // The first message may hand the transport to another session.
      for (const bytes of this.#early.splice(0)) this.#handler?.onMessage(bytes);
      if (this.#closed) this.#handler?.onClose(this.#reason);
    });
  }

  send(message: Uint8Array, sent: () => void): void {
    this.#socket.send(message, SEND, (error) => {
      if (error === undefined || error === null) sent();
    });
  }

  close(): void {
    if (this.#closed) return;
    this.#socket.close(1000);
    const timeout = setTimeout(() => this.#socket.terminate(), CLOSE_MS);
    this.#socket.once('close', () => clearTimeout(timeout));
  }

  terminate(): void {
    this.#socket.terminate();
  }

  readonly #socketOnMessage = (message: RawData, isBinary: boolean): void => {
    if (!isBinary) {
      this.#socket.close(1003, 'binary messages only');
      return;
    }
    // One Buffer, because of binaryType; each message has its own memory or a view of its own.
    const bytes = message as Buffer;
    if (this.#handler !== undefined) this.#handler.onMessage(bytes);
    else if (this.#early.length < EARLY_MAX) this.#early.push(bytes);
    else this.terminate();
  };

  readonly #socketOnError = (error: Error): void => {
    this.#reason = error.message;
  };

  readonly #socketOnClose = (): void => {
    this.#closed = true;
    this.#handler?.onClose(this.#reason);
  };
}

/** Messages that may come in the turn between the handshake and `listen`. */
const EARLY_MAX = 4;
const SEND = { binary: true, compress: false, fin: true } as const;

/** The relay's side of the handshake. The caller has judged key and Origin before. */
export class ControlSocketServer {
  readonly #server = new WebSocketServer({
    ...LIMITS,
    noServer: true,
    clientTracking: false,
    handleProtocols: (offered) => (offered.has(limits.SUBPROTOCOL) ? limits.SUBPROTOCOL : false),
  });

  /** Answers the upgrade; on a bad handshake ws has answered 4xx and `onTransport` never comes. */
  accept(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    onTransport: (transport: Transport) => void,
  ): void {
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      onTransport(new WebSocketTransport(webSocket));
    });
  }

  close(): void {
    this.#server.close();
  }
}

export interface DialOptions {
  /** ws: or wss:, with path. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** For TCP, TLS and the handshake together. Default 10 s. */
  readonly timeoutMs?: number;
  /** Certificate authority of the relay, PEM. Default the system's. */
  readonly ca?: string | Buffer;
  /** Accept any certificate. Default false. */
  readonly insecure?: boolean;
}

/** The control socket could not be opened: an HTTP answer (`status`) or a failure (`cause`). */
export class DialError extends Error {
  override readonly name = 'DialError';
  /** HTTP status in place of the 101. */
  readonly status: number | undefined;
  /** First bytes of that answer's body. */
  readonly body: string;
  readonly retryAfter: string | undefined;

  constructor(
    message: string,
    answer?: { status: number; body: string; retryAfter?: string },
    cause?: unknown,
  ) {
    super(message, { cause });
    this.status = answer?.status;
    this.body = answer?.body ?? '';
    this.retryAfter = answer?.retryAfter;
  }
}

const DIAL_MS = 10_000;
const BODY_MAX = 4 * 1024;

/** Opens a control socket. Follows no redirect, so a key never travels further. Rejects with DialError. */
export function dialTransport(options: DialOptions): Promise<Transport> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(options.url, [limits.SUBPROTOCOL], socketOptions(options));
    const abort = () => socket.terminate();
    const settle = () => options.signal?.removeEventListener('abort', abort);
    options.signal?.addEventListener('abort', abort, { once: true });
    socket.once('open', () => {
      settle();
      socket.off('error', onError);
      resolve(new WebSocketTransport(socket));
    });
    const onError = (error: Error) => {
      settle();
      reject(new DialError(error.message, undefined, error));
    };
    socket.on('error', onError);
    socket.once('unexpected-response', (request, response) => {
      settle();
      readAnswer(response, (body) => {
        request.destroy();
        const status = response.statusCode ?? 0;
        const retryAfter = response.headers['retry-after'];
        const answer = { status, body, ...(retryAfter === undefined ? {} : { retryAfter }) };
        reject(new DialError(`the relay answered ${status}`, answer));
      });
    });
    if (options.signal?.aborted) abort();
  });
}

function socketOptions(options: DialOptions): ClientOptions {
  return {
    ...LIMITS,
    headers: { ...options.headers },
    followRedirects: false,
    handshakeTimeout: options.timeoutMs ?? DIAL_MS,
    // Masking protects caches between the two ends from a hostile page (RFC 6455 section 10.3).
    // No page can choose these bytes' framing, and over TLS or loopback there is no such cache.
    ...(isPrivate(options.url) ? { generateMask: () => {} } : {}),
    ...(options.ca === undefined ? {} : { ca: options.ca }),
    ...(options.insecure === true ? { rejectUnauthorized: false } : {}),
  };
}

/** TLS, or a loopback address: nobody between the two ends reads the frames. */
function isPrivate(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'wss:' || /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
}

function readAnswer(response: IncomingMessage, done: (body: string) => void): void {
  const chunks: Buffer[] = [];
  let length = 0;
  const finish = () => done(Buffer.concat(chunks).toString('utf8', 0, BODY_MAX));
  response.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= BODY_MAX) response.destroy();
  });
  response.once('close', finish);
  response.on('error', () => {});
}
