import type { AddressInfo } from 'node:net';
import helmet from '@fastify/helmet';
import Fastify, { type FastifyInstance } from 'fastify';
import { ExchangeStore } from '../capture/exchange-store.ts';
import { DEFAULT_CAPTURE } from '../capture/limits.ts';
import { type ReplayEdit, replayOf, whyNoReplay } from '../replay/replay.ts';
import { ReplayRefused } from '../replay/replay-refused.ts';
import { Access } from './access.ts';
import { addApi } from './api/api.ts';
import { addGate } from './gate.ts';
import { addHello } from './hello.ts';
import { LiveSocket } from './live-socket.ts';
import { addNgrok } from './ngrok.ts';
import { DEFAULT_PORT, type InspectorOptions, PORTS_TRIED, type ShownTunnel } from './options.ts';
import { addPage } from './page.ts';
import { Settings } from './settings.ts';
import { TunnelBoard } from './tunnel-board.ts';

/** Bytes of a request to the inspector itself: an edited exchange with its body. */
const REQUEST_MAX = 4 * 1024 * 1024;

/** Nothing of others, nothing inline, no frame around it; images of captured bodies are blobs. */
const POLICY = {
  useDefaults: false,
  directives: {
    defaultSrc: ["'self'"],
    imgSrc: ["'self'", 'blob:'],
    mediaSrc: ["'self'", 'blob:'],
    connectSrc: ["'self'"],
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
    objectSrc: ["'none'"],
  },
};

/** Never HSTS: over TLS it would be said of `localhost`, and of every other server there. */
const HEADERS = {
  contentSecurityPolicy: POLICY,
  frameguard: { action: 'deny' },
  strictTransportSecurity: false,
} as const;

/** Shows what goes through tunnels. Owner: whoever started it, by `close`. */
export class Inspector {
  readonly store: ExchangeStore;
  readonly #app: FastifyInstance;
  readonly #access: Access;
  readonly #live: LiveSocket;
  readonly #board: TunnelBoard;
  readonly #options: InspectorOptions;
  #port = 0;

  private constructor(options: InspectorOptions, app: FastifyInstance) {
    this.#options = options;
    this.#app = app;
    this.#access = new Access({ allowedHosts: options.allowedHosts ?? [] });
    this.store = new ExchangeStore({ ...DEFAULT_CAPTURE, ...options.limits }, options.socketLevel);
    this.#board = new TunnelBoard(this.store, options.version);
    this.#live = new LiveSocket({
      store: this.store,
      status: this.#board.news,
      access: this.#access,
      cookieName: this.#cookieName,
    });
  }

  /** Rejects when no port is free, or the address is not this machine's. */
  static async start(options: InspectorOptions): Promise<Inspector> {
    const app = Fastify({ logger: false, bodyLimit: REQUEST_MAX, forceCloseConnections: true });
    const inspector = new Inspector(options, app);
    await inspector.#build();
    await inspector.#listen();
    return inspector;
  }

  get port(): number {
    return this.#port;
  }

  /** Of the page, without the token. */
  get url(): string {
    const { host = '127.0.0.1' } = this.#options;
    const name = host === '127.0.0.1' || host === '::1' ? 'localhost' : host;
    return `http://${name}:${this.#port}/`;
  }

  /** For whoever started the program: opens the page, and lets it read. */
  get invitation(): string {
    return `${this.url}?token=${this.#access.token}`;
  }

  get token(): string {
    return this.#access.token;
  }

  get tunnels(): readonly ShownTunnel[] {
    return this.#board.tunnels();
  }

  /** Shows that tunnel from now on. */
  show(tunnel: ShownTunnel): void {
    this.#board.show(tunnel);
  }

  /**
   * Sends an exchange again, to the tunnel of that name or to its own. The id of the new one; throws
   * ReplayRefused, with the words why not.
   */
  replay(id: string, edit: ReplayEdit = {}, tunnelName?: string): string {
    const record = this.store.get(id);
    if (record === undefined) throw new ReplayRefused('unknown', 'There is no such exchange.');
    const why = whyNoReplay(record, edit);
    if (why !== undefined) throw new ReplayRefused('impossible', why);
    const name = tunnelName ?? record.place.tunnel;
    const tunnel = this.tunnels.find((one) => one.name === name);
    if (tunnel === undefined) throw new ReplayRefused('unknown', 'There is no such tunnel.');
    try {
      tunnel.replay(replayOf(record, edit));
    } catch (error) {
      throw new ReplayRefused('impossible', (error as Error).message);
    }
    return record.replays.at(-1) ?? '';
  }

  async close(): Promise<void> {
    this.#board.close();
    this.#live.close();
    await this.#app.close();
  }

  async #build(): Promise<void> {
    const app = this.#app;
    // What is not JSON is nobody's honest request here.
    app.removeContentTypeParser('text/plain');
    const isStrict = this.#options.isStrict ?? false;
    await app.register(helmet, HEADERS);
    addGate(app, { access: this.#access, cookieName: this.#cookieName, isStrict });
    addHello(app, this.#access, this.#cookieName);
    app.server.on('upgrade', this.#live.serverOnUpgrade);
    addNgrok(app, this);
    await addApi(app, {
      version: this.#options.version,
      store: this.store,
      tunnels: this.#board.tunnels,
      logOf: this.#board.logOf,
      settings: new Settings(this.store),
      neighbours: this.#options.neighbours ?? (() => []),
      configuration: this.#options.configuration ?? [],
      replay: (id, edit, tunnelName) => this.replay(id, edit, tunnelName),
    });
    await addPage(app, this.#options.pageFolder);
    app.addHook('onSend', async (request, reply) => {
      if (request.url.startsWith('/api/')) void reply.header('cache-control', 'no-store');
    });
  }

  /** Ports are apart, cookies of one host are not. */
  readonly #cookieName = (): string => `sellia_${this.#port}`;

  async #listen(): Promise<void> {
    const { host = '127.0.0.1', port = DEFAULT_PORT } = this.#options;
    for (let tries = 0; ; tries++) {
      try {
        await this.#app.listen({ host, port: port === 0 ? 0 : port + tries });
        break;
      } catch (error) {
        const isTaken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
        if (!isTaken || port === 0 || tries + 1 >= PORTS_TRIED) throw error;
      }
    }
    this.#port = (this.#app.server.address() as AddressInfo).port;
  }
}
