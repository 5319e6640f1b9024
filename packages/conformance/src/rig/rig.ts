import type { ConnectOptions } from '@sellia/client';
import type { RelayOptions } from '@sellia/relay';
import type { FaultProxy } from '../faults/fault-proxy.ts';
import { type Handler, HandlerOrigin } from './handler-origin.ts';
import type { HttpMessage } from './http-message.ts';
import { CANARY, Origin, type Script } from './origin.ts';
import { type VisitOptions, Visitor } from './visitor.ts';
import { eventually, shown } from './watch.ts';

export interface RigOptions {
  /** Default `test`. */
  readonly domain?: string;
  /** Name of the tunnel. Default `one`. */
  readonly name?: string;
  readonly relayOptions?: Partial<RelayOptions>;
  readonly connectOptions?: Partial<ConnectOptions>;
  /** What O does; or an origin of node:http; or another upstream's URL. Default: O echoes. */
  readonly upstream?: Upstream;
  /** Put a FaultProxy between client and relay: `rig.link`. Default false. */
  readonly hasFaultyLink?: boolean;
}

export type Upstream =
  | { readonly script: Script }
  | { readonly handler: Handler }
  | { readonly url: string };

/** What both kinds of rig offer: see index.ts. */
export abstract class Rig {
  readonly name: string;
  readonly domain: string;
  readonly visitors = new Set<Visitor>();
  readonly #origin: Origin | undefined;
  readonly #handlerOrigin: HandlerOrigin | undefined;
  readonly #link: FaultProxy | undefined;
  #canaries = 0;

  constructor(options: RigOptions, upstream: StartedUpstream, link?: FaultProxy) {
    this.#link = link;
    this.name = options.name ?? 'one';
    this.domain = options.domain ?? 'test';
    this.#origin = upstream.origin;
    this.#handlerOrigin = upstream.handlerOrigin;
  }

  /** Public port of the relay on 127.0.0.1. */
  abstract get port(): number;

  /** Streams open in the relay and in the client; undefined where nobody can tell. */
  abstract streams(): { relay: number; client: number } | undefined;

  /** Throws when a part has died or said that something went wrong inside. */
  abstract assertHealthy(): void;

  protected abstract stop(): Promise<void>;

  get origin(): Origin {
    if (this.#origin === undefined) throw new Error('this rig has no scripted origin');
    return this.#origin;
  }

  /** Between client and relay. */
  get link(): FaultProxy {
    if (this.#link === undefined) throw new Error('this rig has no faulty link');
    return this.#link;
  }

  get handlerOrigin(): HandlerOrigin {
    if (this.#handlerOrigin === undefined) throw new Error('this rig has no node:http origin');
    return this.#handlerOrigin;
  }

  /** `one.test` */
  get host(): string {
    return `${this.name}.${this.domain}`;
  }

  /** The line `Host: one.test` with its end. */
  get hostLine(): string {
    return `Host: ${this.host}\r\n`;
  }

  async visit(options: Omit<VisitOptions, 'port'> = {}): Promise<Visitor> {
    const visitor = await Visitor.open({ ...options, port: this.port });
    this.visitors.add(visitor);
    visitor.socket.once('close', () => this.visitors.delete(visitor));
    return visitor;
  }

  /** A new V, which sends these bytes. */
  async send(
    bytes: string | Uint8Array,
    options: Omit<VisitOptions, 'port'> = {},
  ): Promise<Visitor> {
    const visitor = await this.visit(options);
    visitor.send(bytes);
    return visitor;
  }

  /** One request on a connection of its own; its answer, whole. */
  async ask(
    target: string,
    options: { method?: string; headers?: string } = {},
  ): Promise<HttpMessage> {
    const method = options.method ?? 'GET';
    const head = `${method} ${target} HTTP/1.1\r\n${this.hostLine}${options.headers ?? ''}\r\n`;
    const visitor = await this.send(head, { methods: [method] });
    const response = await visitor.response();
    visitor.destroy();
    return response;
  }

  /** A second visitor on a second connection gets its own answer at once. */
  async canary(): Promise<void> {
    const target = `${CANARY}${++this.#canaries}`;
    const response = await this.ask(target);
    if (response.status === 200 && response.text === `GET ${target}\n`) return;
    throw new Error(`the second visitor got ${response.startLine}: ${shown(response.text)}`);
  }

  /** Streams back to none in the relay and the client, within 2 s, and nothing broken inside. */
  async settled(): Promise<void> {
    await eventually(
      () => {
        const streams = this.streams();
        return streams === undefined || (streams.relay === 0 && streams.client === 0);
      },
      () => `streams are left: ${JSON.stringify(this.streams())}`,
      2_000,
    );
    this.assertHealthy();
    const failure = this.#origin?.failures[0];
    if (failure !== undefined)
      throw new Error('the script of the origin failed', { cause: failure });
  }

  /** Between two tests of one rig: all visitors leave, O forgets. */
  async reset(): Promise<void> {
    for (const visitor of this.visitors) visitor.destroy();
    this.visitors.clear();
    this.#origin?.forget();
    await this.settled();
  }

  async close(): Promise<void> {
    for (const visitor of this.visitors) visitor.destroy();
    await this.stop();
    await this.#origin?.close();
    await this.#handlerOrigin?.close();
    await this.#link?.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

export interface StartedUpstream {
  readonly url: string;
  readonly origin: Origin | undefined;
  readonly handlerOrigin: HandlerOrigin | undefined;
}

export async function startUpstream(upstream: Upstream | undefined): Promise<StartedUpstream> {
  if (upstream !== undefined && 'url' in upstream) {
    return { url: upstream.url, origin: undefined, handlerOrigin: undefined };
  }
  if (upstream !== undefined && 'handler' in upstream) {
    const handlerOrigin = new HandlerOrigin(upstream.handler);
    await handlerOrigin.listen();
    return { url: handlerOrigin.url, origin: undefined, handlerOrigin };
  }
  const origin = new Origin();
  if (upstream !== undefined) origin.script = upstream.script;
  await origin.listen();
  return { url: origin.url, origin, handlerOrigin: undefined };
}
