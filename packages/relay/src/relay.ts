import type { AddressInfo } from 'node:net';
import { CreditPool } from '@sellia/protocol';
import { createOwnHost } from './api/own-host.ts';
import { CONTROL_PATH, ControlDoor } from './attach.ts';
import { Ingress } from './ingress/http.ts';
import { HeadFlusher } from './ingress/response.ts';
import { Keys } from './keys.ts';
import { LeaseSecrets } from './names/lease-secret.ts';
import { MemoryRegistry } from './names/memory-registry.ts';
import { type RelayOptions, type RelaySettings, readOptions } from './options.ts';
import { RelayError, type StartFailureCode } from './relay-error.ts';

export interface RelayStats {
  /** Clients connected. */
  readonly sessions: number;
  /** Names that are public. */
  readonly tunnels: number;
  /** Exchanges and upgraded connections under way. */
  readonly streams: number;
  /** Open connections of visitors. */
  readonly visitors: number;
}

/** A relay that listens. Its owner closes it. */
export interface Relay {
  readonly port: number;
  /** Where a client on this machine connects. */
  readonly url: string;
  stats(): RelayStats;
  /**
   * Takes nothing new, lets what is under way finish for up to `drainMs` (default 10 s), then ends
   * everything. Resolves when the port is free; calling it again changes nothing.
   */
  close(options?: { readonly drainMs?: number }): Promise<void>;
}

/** Milliseconds that `close` gives to running exchanges unless told otherwise. */
const DRAIN_MS = 10_000;
/** How soon `close` sees that they are done. */
const DRAIN_CHECK_MS = 50;

/** Builds a relay and listens. Rejects with RelayError. */
export async function createRelay(options: RelayOptions): Promise<Relay> {
  const settings = readOptions(options);
  const { clock, limits, tell, domain } = settings;
  const names = new MemoryRegistry(clock);
  let port = 0;
  const door = new ControlDoor({
    keys: new Keys(settings.keys),
    requiresKey: settings.requiresKey,
    processCredit: new CreditPool(limits.processCredit),
    firstStreamId: options.firstStreamId,
    parts: {
      names,
      secrets: new LeaseSecrets(options.leaseKey),
      limits,
      clock,
      urlOf: (name) => settings.urlOf(name, port),
      tell,
    },
  });
  const handle = await createOwnHost({
    domain,
    tunnels: () => names.held,
    onFault: (error) => tell?.({ type: 'fault', error }),
  });
  const ingress = new Ingress({
    parts: { names, limits, clock, domain, flusher: new HeadFlusher(), tell },
    own: {
      handle,
      controlPath: CONTROL_PATH,
      attach: (request, socket, head, address) => door.attach(request, socket, head, address),
    },
    trusted: settings.trusted,
  });
  try {
    port = await listen(ingress, settings);
  } catch (error) {
    ingress.close();
    throw error;
  }
  return new RunningRelay(settings, port, ingress, door, names);
}

class RunningRelay implements Relay {
  readonly port: number;
  readonly url: string;
  readonly #settings: RelaySettings;
  readonly #ingress: Ingress;
  readonly #door: ControlDoor;
  readonly #names: MemoryRegistry;
  #closed: Promise<void> | undefined;

  constructor(
    settings: RelaySettings,
    port: number,
    ingress: Ingress,
    door: ControlDoor,
    names: MemoryRegistry,
  ) {
    this.#settings = settings;
    this.port = port;
    this.url = `http://${reachable(settings.host)}:${port}`;
    this.#ingress = ingress;
    this.#door = door;
    this.#names = names;
  }

  stats(): RelayStats {
    return {
      sessions: this.#door.sessions,
      tunnels: this.#names.held,
      streams: this.#door.streams,
      visitors: this.#ingress.visitors,
    };
  }

  close({ drainMs = DRAIN_MS }: { readonly drainMs?: number } = {}): Promise<void> {
    this.#closed ??= this.#close(drainMs);
    return this.#closed;
  }

  async #close(drainMs: number): Promise<void> {
    const freed = new Promise<void>((resolve) => this.#ingress.server.close(() => resolve()));
    this.#ingress.leave();
    if (drainMs > 0) {
      this.#door.leave();
      await this.#drained(drainMs);
    }
    this.#door.close();
    this.#ingress.close();
    this.#names.close();
    await freed;
  }

  /** Resolves when no exchange is under way, or the time is up. */
  #drained(drainMs: number): Promise<void> {
    const { clock } = this.#settings;
    const deadline = clock.now() + drainMs;
    return new Promise((resolve) => {
      const look = () => {
        if (this.#door.streams === 0 || clock.now() >= deadline) resolve();
        else clock.after(DRAIN_CHECK_MS, look);
      };
      look();
    });
  }
}

function listen(ingress: Ingress, { host, port }: RelaySettings): Promise<number> {
  const { server } = ingress;
  return new Promise((resolve, reject) => {
    const refused = (error: NodeJS.ErrnoException) => reject(listenError(error, host, port));
    server.once('error', refused);
    server.listen({ host, port, backlog: BACKLOG }, () => {
      server.off('error', refused);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

/** Connections that may wait to be accepted: bursts of visitors are larger than Node's 511. */
const BACKLOG = 4_096;

const CODE_OF_ERRNO = new Map<string | undefined, StartFailureCode>([
  ['EADDRINUSE', 'SELLIA_PORT_IN_USE'],
  ['EACCES', 'SELLIA_PORT_DENIED'],
  ['EADDRNOTAVAIL', 'SELLIA_ADDRESS_UNAVAILABLE'],
  ['ENOTFOUND', 'SELLIA_ADDRESS_UNAVAILABLE'],
  ['EAI_AGAIN', 'SELLIA_ADDRESS_UNAVAILABLE'],
]);

function listenError(error: NodeJS.ErrnoException, host: string, port: number): RelayError {
  const code = CODE_OF_ERRNO.get(error.code) ?? 'SELLIA_LISTEN_FAILED';
  const message = `cannot listen on ${host} port ${port} (${error.code ?? error.message})`;
  return new RelayError(code, message, { cause: error });
}

/** An address for one that means "all of them". */
function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}
