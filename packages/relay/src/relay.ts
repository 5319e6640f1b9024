import type { AddressInfo, Server } from 'node:net';
import { CreditPool } from '@sellia/protocol';
import { KeptBudget } from '@sellia/session';
import { createOwnHost, type Readiness } from './api/own-host.ts';
import { CONTROL_PATH, ControlDoor } from './attach.ts';
import { Ingress } from './ingress/http.ts';
import { HeadFlusher } from './ingress/response.ts';
import { WaitingRoom } from './ingress/waiting-room.ts';
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
  /** What accepts connections, for handing it to another process. */
  readonly listener: Server;
  stats(): RelayStats;
  /**
   * Says that it goes (`/health` answers 503), stops listening, lets what is under way finish, then
   * ends everything. Resolves when the port is free; calling it again changes nothing.
   */
  close(options?: CloseOptions): Promise<void>;
}

export interface CloseOptions {
  /** Milliseconds from the news to the end of listening, for whoever balances load. Default 0. */
  readonly drainDelayMs?: number;
  /** Milliseconds from there that exchanges have to finish; 0: none. Default 30 s. */
  readonly drainMs?: number;
  /**
   * Milliseconds, within `drainMs`, that clients without exchanges have to attach to a successor
   * before they are cut off. Default 0: there is none. With one, requests that are on their way over
   * old connections are waited for longer.
   */
  readonly moveMs?: number;
}

const DRAIN_MS = 30_000;
/** How soon `close` sees that they are done. */
const DRAIN_CHECK_MS = 50;

/** Builds a relay and listens. Rejects with RelayError. */
export async function createRelay(options: RelayOptions): Promise<Relay> {
  const settings = readOptions(options);
  const { clock, limits, tell, domain } = settings;
  const secrets = new LeaseSecrets(options.leaseKey);
  const names = new MemoryRegistry(clock, limits, secrets);
  const waiting = new WaitingRoom(limits);
  const readiness = { isReady: true };
  let port = 0;
  const door = new ControlDoor({
    keys: new Keys(settings.keys),
    requiresKey: settings.requiresKey,
    processCredit: new CreditPool(limits.processCredit),
    keptBudget: new KeptBudget(limits.keptBytes),
    firstStreamId: options.firstStreamId,
    parts: {
      names,
      secrets,
      limits,
      clock,
      urlOf: (name) => settings.urlOf(name, port),
      tell,
    },
  });
  const handle = await createOwnHost({
    domain,
    readiness,
    tunnels: () => names.held,
    onFault: (error) => tell?.({ type: 'fault', error }),
  });
  const ingress = new Ingress({
    parts: {
      names,
      waiting,
      limits,
      clock,
      domain,
      flusher: new HeadFlusher(),
      tell,
    },
    own: {
      handle,
      controlPath: CONTROL_PATH,
      attach: (request, socket, head, address) => door.attach(request, socket, head, address),
    },
    trusted: settings.trusted,
  });
  try {
    port = await listen(ingress.server, settings);
  } catch (error) {
    ingress.close();
    throw error;
  }
  return new RunningRelay({ settings, port, ingress, waiting, door, names, readiness });
}

interface RelayParts {
  readonly settings: RelaySettings;
  readonly port: number;
  readonly ingress: Ingress;
  readonly waiting: WaitingRoom;
  readonly door: ControlDoor;
  readonly names: MemoryRegistry;
  readonly readiness: Readiness;
}

class RunningRelay implements Relay {
  readonly port: number;
  readonly url: string;
  readonly listener: Server;
  readonly #parts: RelayParts;
  #closed: Promise<void> | undefined;

  constructor(parts: RelayParts) {
    this.#parts = parts;
    this.port = parts.port;
    this.url = `http://${reachable(parts.settings.host)}:${parts.port}`;
    this.listener = parts.ingress.server;
  }

  stats(): RelayStats {
    const { door, names, ingress } = this.#parts;
    return {
      sessions: door.sessions,
      tunnels: names.held,
      streams: door.streams,
      visitors: ingress.visitors,
    };
  }

  close(options: CloseOptions = {}): Promise<void> {
    this.#closed ??= this.#close(options);
    return this.#closed;
  }

  async #close({ drainDelayMs = 0, drainMs = DRAIN_MS, moveMs = 0 }: CloseOptions): Promise<void> {
    const { ingress, door, names, readiness } = this.#parts;
    readiness.isReady = false;
    await this.#until(drainDelayMs, () => false);
    const freed = ingress.stopListening();
    ingress.leave();
    if (drainMs > 0) await this.#drain(drainMs, moveMs);
    door.close();
    ingress.close();
    names.close();
    await freed;
  }

  /**
   * Visitors first: a request may be on its way over a connection that looks idle, and only a session
   * that does not leave yet can take it.
   */
  async #drain(drainMs: number, moveMs: number): Promise<void> {
    const { ingress, waiting, door, settings } = this.#parts;
    const { clock, limits } = settings;
    const leftAt = clock.now();
    const deadline = leftAt + drainMs;
    const settleMs = Math.max(limits.idleDrainMs, limits.freshDrainMs);
    const isPatient = moveMs > 0;
    await this.#until(Math.min(drainMs, 2 * settleMs), () => !ingress.mayBring(leftAt, isPatient));
    door.leave();
    waiting.close();
    const movedBy = clock.now() + moveMs;
    await this.#until(deadline - clock.now(), () => {
      ingress.endQuiet();
      const hasMoved = door.sessions === 0 || clock.now() >= movedBy;
      return hasMoved && door.streams === 0 && ingress.visitors === ingress.quiet;
    });
    await ingress.closeUpgraded();
  }

  /** Resolves when `isDone` says so, or the time is up. */
  #until(ms: number, isDone: () => boolean): Promise<void> {
    const { clock } = this.#parts.settings;
    const deadline = clock.now() + ms;
    return new Promise((resolve) => {
      const look = () => {
        const left = deadline - clock.now();
        if (left <= 0 || isDone()) resolve();
        else clock.after(Math.min(left, DRAIN_CHECK_MS), look);
      };
      look();
    });
  }
}

/** `host` and `port`, unless somebody hands a socket over. */
function listen(server: Server, { host, port, bind }: RelaySettings): Promise<number> {
  return new Promise((resolve, reject) => {
    const refused = (error: NodeJS.ErrnoException) => reject(listenError(error, host, port));
    server.once('error', refused);
    server.once('listening', () => {
      server.off('error', refused);
      resolve((server.address() as AddressInfo).port);
    });
    if (bind === undefined) server.listen({ host, port, backlog: BACKLOG });
    else bind(server, BACKLOG).catch(refused);
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
